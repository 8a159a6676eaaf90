import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { backupIdentity, identitiesIn, recipientOf } from "../../backup/age/keys";
import { asSaved, checkKeys, encrypting, isEncrypted, keysFor, keysOf, restoring } from "../../backup/encryption";
import { keyFile, stageIdentities } from "../../backup/keyFile";
import type { Manifest, Saved } from "../../backup/manifest";
import { line, piped } from "../../backup/shell";
import { Folder } from "../release/folder";

const identity = backupIdentity("one");
const stranger = backupIdentity("two");
const recipient = recipientOf(identity);

const saved = (age?: string[]): Saved => ({
  kind: "postgres",
  file: "db.sql.gz.age",
  image: "postgres:16",
  volumes: [],
  bytes: 1,
  sha256: "a".repeat(64),
  age,
  at: "2026-11-21T12:00:00.000Z",
});

const sh = (script: string, input?: string) => spawnSync("sh", ["-c", script], { encoding: "utf8", input });

describe("a backup in a pipe", () => {
  const folder = new Folder();
  const file = folder.at("db.age");
  const reading = line("cat", file);
  const sealed = saved([recipient]);
  const keys = keysFor(sealed, [stranger, identity]);

  after(() => folder.remove());

  it("is encrypted on its way, and given back to whom has the key", () => {
    const { status, stderr } = sh(piped(piped("echo hello", encrypting([recipient])), `cat >${file}`));
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(folder.read("db.age"), /^age-encryption\.org\/v1\n-> X25519 /);
    assert.equal(sh(restoring(reading, sealed, "tr a-z A-Z"), keys).stdout, "HELLO\n");
  });

  it("gives its keys to the part that decrypts alone", () => {
    const looking = `cat <&5 2>/dev/null; cat`;
    assert.equal(sh(restoring(reading, sealed, looking), keys).stdout, "hello\n");
    assert.ok(!restoring(reading, sealed, "cat").includes(identity));
  });

  it("fails where its source, its encryption or its place does", () => {
    const encrypt = encrypting([recipient]);
    assert.equal(sh(piped(piped("echo hello; exit 3", encrypt), "cat >/dev/null")).status, 91);
    const wrong = sh(piped(piped("echo hello", encrypting(["age1nonsense"])), "cat >/dev/null"));
    assert.equal(wrong.status, 91);
    assert.match(wrong.stderr, /age1nonsense is no public key of age/);
    assert.equal(sh(piped(piped("echo hello", encrypt), "cat >/dev/null; exit 1")).status, 92);
    assert.equal(sh(piped(piped("head -c 9000000 /dev/zero", encrypt), "head -c 1 >/dev/null; exit 1")).status, 92);
  });

  it("fails without the key, altered, or without its end", () => {
    const failing = (script: string, input = keys): RegExpMatchArray | null => {
      const { status, stderr } = sh(restoring(script, sealed, "cat >/dev/null"), input);
      assert.equal(status, 91, stderr);
      return /^The backup's file cannot be decrypted: (.*)$/m.exec(stderr);
    };
    assert.match(failing(reading, keysFor(sealed, [stranger]))?.[1] ?? "", /none of the keys at hand fits/);
    assert.match(failing(`head -c 200 ${file}`)?.[1] ?? "", /ends too early|altered/);
    assert.match(failing(`${reading}; echo x`)?.[1] ?? "", /ends too early|altered/);
    assert.match(failing("exit 1")?.[1] ?? "", /ends too early/);
  });

  it("of a version before lies in clear, and is read as it is", () => {
    assert.equal(asSaved("echo plain", saved()), "echo plain");
    assert.equal(keysFor(saved(), [identity]), undefined);
    assert.equal(sh(restoring("echo plain", saved(), "cat")).stdout, "plain\n");
  });
});

describe("for whom a backup is encrypted", () => {
  it("is the stage and the others, each once", () => {
    assert.deepEqual(keysOf({ own: "age1a", others: ["age1b", "age1a"] }), ["age1a", "age1b"]);
    assert.deepEqual(keysOf({ others: [] }), []);
  });

  const backup = { id: "b1", services: { db: saved([recipient]), cache: saved() } } as unknown as Manifest;

  it("is compared with the keys at hand before anything is done", () => {
    checkKeys(backup, ["db", "cache"], [stranger, identity], "key.txt");
    checkKeys(backup, ["cache"], [], "nobody");
    assert.throws(
      () => checkKeys(backup, ["db"], [stranger], "key.txt"),
      new RegExp(
        `^Error: The backup b1 of db is encrypted for ${recipient}, and key\\.txt has the key of ${recipientOf(stranger)}: `,
      ),
    );
    assert.deepEqual([isEncrypted(backup, ["db", "cache"]), isEncrypted(backup, ["cache"])], [true, false]);
  });
});

describe("the file with a stage's key", () => {
  it("has the present one first and those from before the key was changed, as age reads it", () => {
    const identities = stageIdentities({ privateKey: "one", former: ["AGE-1", stranger] });
    assert.deepEqual(identities, [identity, stranger, "AGE-1"]);
    const text = keyFile({ project: "shop", stage: "production" }, [identity, stranger]);
    assert.match(text, /^# reads the backups of shop\/production/);
    assert.ok(text.includes(recipient));
    assert.deepEqual(identitiesIn(text, "it"), [identity, stranger]);
  });
});
