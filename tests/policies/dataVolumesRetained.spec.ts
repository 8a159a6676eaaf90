import assert from "node:assert/strict";
import { dataVolumesRetained } from "../../policies/dataVolumesRetained";
import { declared, says } from "./declared";

const volume = (options: Parameters<typeof declared>[3], labels: unknown[] = [], type = "docker:index/volume:Volume") =>
  says(dataVolumesRetained, declared(type, "data", { labels }, options));

const files = [{ label: "slipway.files", value: "web" }];
const type = "docker:index/volume:Volume";

describe("the policy data-volumes-retained", () => {
  it("refuses one that a removal would delete", () => {
    assert.deepEqual(volume({ isKept: false }), [
      "data is a data volume that is declared without retainOnDelete, so an update or a destroy could delete it with its data: declare it with retainOnDelete: true.",
    ]);
    assert.equal(volume({ isKept: false }, [{ label: "slipway.stage", value: "files" }]).length, 1);
  });

  it("lets one be that stays, one of files that Slipway wrote, and what is no volume", () => {
    assert.deepEqual(volume({ isKept: true }), []);
    assert.deepEqual(volume({ isKept: false }, files, `slipway:services:ServiceFiles$${type}`), []);
    assert.deepEqual(volume({ isKept: false }, [], "docker:index/network:Network"), []);
  });

  it("takes none for one of files by a label alone, nor by what calls itself a part of Slipway beside the stage", () => {
    assert.equal(volume({ isKept: false }, files).length, 1);
    assert.equal(volume({ isKept: false }, files, `slipway:volumes:Volumes$${type}`).length, 1);
    assert.equal(volume({ isKept: false, beside: true }, files, `slipway:services:ServiceFiles$${type}`).length, 1);
    assert.equal(volume({ beside: true }, [], `my:own:Thing$slipway:stage:Stage$${type}`).length, 1);
  });

  it("leaves a stage's own to the program where the engine does not tell", () => {
    assert.deepEqual(volume({}), []);
  });

  it("asks of one beside the stage for what the engine does tell", () => {
    assert.match(
      volume({ beside: true })[0] ?? "",
      /^data is a data volume that is declared beside the stage, .*: declare it with protect: true/,
    );
    assert.deepEqual(volume({ beside: true, isKept: true }), []);
  });
});
