import assert from "node:assert/strict";
import { judge } from "../../../machine/vm/assess";

const start = "gcloud compute instances start shop-staging";
const seen = (sight: Parameters<typeof judge>[2]) =>
  judge("The VM shop-staging", { start, gone: "so it is made anew" }, sight);
const said = "ssh: connect to host 203.0.113.10 port 22: Connection timed out";

describe("what an update does with its VM", () => {
  it("nothing special where none has been made yet, or where it answers", () => {
    assert.deepEqual(seen({ kind: "unmade" }), { gone: false, again: false });
    assert.deepEqual(seen({ kind: "answers", lacksDocker: false }), { gone: false, again: false });
  });

  it("waits for it again where its start-up did not get as far as Docker", () => {
    assert.deepEqual(seen({ kind: "answers", lacksDocker: true }), { gone: false, again: true });
  });

  it("makes another where it is gone, and says so", () => {
    assert.deepEqual(seen({ kind: "silent", said, status: "gone" }), {
      gone: true,
      again: true,
      warning: "The VM shop-staging is gone: so it is made anew.",
    });
  });

  it("leaves one that is stopped to whoever stopped it", () => {
    const { refusal } = seen({ kind: "silent", said, status: "stopped" });
    assert.equal(refusal, `The VM shop-staging is stopped: start it, with ${start}.`);
  });

  it("goes on where it only does not answer, because the update may be what lets somebody in", () => {
    assert.deepEqual(seen({ kind: "silent", said, status: "there" }), {
      gone: false,
      again: true,
      warning: `The VM shop-staging does not answer (${said}), so this goes on without having looked at it; the update waits up to 10 minutes for it.`,
    });
  });
});
