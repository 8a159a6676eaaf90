import assert from "node:assert/strict";
import { committedReleaseOnly } from "../../policies/committedReleaseOnly";
import { declared, production, says, staging, unknown } from "./declared";

const dirty = "v1a2b3c4-20261121-120000-dirty";
const records = (environment: unknown, stage = production, chosen = {}, step = "record") =>
  says(
    committedReleaseOnly,
    declared("command:local:Command", "app-record", { create: `node dist/steps/main.js ${step}`, environment }),
    stage,
    chosen,
  );

describe("the policy committed-release-only", () => {
  it("refuses a release of uncommitted files in production", () => {
    assert.deepEqual(records({ RELEASE: dirty }), [
      `The release ${dirty} was built from uncommitted files: commit them and bring the stage up again that builds.`,
    ]);
  });

  it("lets one of a commit be, and one that is not known yet", () => {
    assert.deepEqual(records({ RELEASE: "v1a2b3c4-20261121-120000" }), []);
    assert.deepEqual(records(unknown("RELEASE")), []);
    assert.deepEqual(records(undefined), []);
  });

  it("leaves stages alone that are no production", () => {
    assert.deepEqual(records({ RELEASE: dirty }, staging), []);
    assert.equal(records({ RELEASE: dirty }, staging, { production: ["staging"] }).length, 1);
  });

  it("refuses one before it is built, in a production that builds for itself", () => {
    const builds = { ...production, promoteFrom: undefined, takesOver: false };
    assert.match(
      records({ COMMIT: "1a2b3c4-dirty" }, builds, {}, "mint")[0] ?? "",
      /^The release 1a2b3c4-dirty was built/,
    );
    assert.deepEqual(records({ COMMIT: "1a2b3c4" }, builds, {}, "mint"), []);
    assert.deepEqual(records({ COMMIT: "1a2b3c4-dirty" }, staging, {}, "mint"), []);
  });

  it("looks at the record of a release and at no other step", () => {
    assert.deepEqual(records({ RELEASE: dirty }, production, {}, "cutover"), []);
  });
});
