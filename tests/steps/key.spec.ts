import assert from "node:assert/strict";
import { backupIdentity } from "../../backup/age/keys";
import { stageIdentities } from "../../backup/keyFile";
import { keyFor } from "../../steps/key";

describe("the key of a stage", () => {
  const first = keyFor(undefined, undefined);

  it("is made once, and is another one for another text", () => {
    assert.equal(keyFor(first, undefined), first);
    const second = keyFor(first, "2026-11");
    assert.notEqual(second.privateKey, first.privateKey);
    assert.equal(keyFor(second, "2026-11"), second);
  });

  it("keeps what reads the backups from before it was changed, the present one first", () => {
    const third = keyFor(keyFor(first, "one"), "two");
    const [present, between, oldest] = stageIdentities(third);
    assert.equal(present, backupIdentity(third.privateKey));
    assert.ok(between !== present && between !== oldest);
    assert.equal(oldest, backupIdentity(first.privateKey));
    assert.ok(!JSON.stringify(third).includes(JSON.stringify(first.privateKey)), "the key that signed before is gone");
  });
});
