import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { passphraseCipher } from "../../runner/cipher";

/** Made by `pulumi stack init` and `pulumi config set --secret` (Pulumi 3.260) with the passphrase `test`. */
const salt = "v1:UAywW4dN9z0=:v1:iXi4CJR+6qcKSKCF:dSBBamPHR52dO13iS+0hJyB/gQ9hEA==";
const ciphertext = "v1:j8ipz+WN0/lK1t7k:F5YLo2csH/5KjZbMWpswGf9aHR2VBFAHOtnU";
const text = "hunter-2 ü";

const never = (): void => assert.fail("a salt was made where there is one");

describe("a stage's secrets", () => {
  const before = { ...process.env };

  beforeEach(() => {
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "test";
    delete process.env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  });

  after(() => {
    // Not by another object in the place of process.env, which Node itself would not look at.
    delete process.env["PULUMI_CONFIG_PASSPHRASE"];
    Object.assign(process.env, before);
  });

  it("are read as Pulumi's CLI wrote them", () => {
    assert.equal(passphraseCipher(salt, never).decrypt(ciphertext), text);
  });

  it("are written in its form, never twice the same, and read again", () => {
    const cipher = passphraseCipher(salt, never);
    const [one, two] = [cipher.encrypt(text), cipher.encrypt(text)];
    // A nonce of 12 bytes; the text with a tag of 16.
    assert.match(one, /^v1:[A-Za-z0-9+/]{16}:[A-Za-z0-9+/=]+$/);
    assert.equal(Buffer.from(one.split(":")[2] ?? "", "base64").length, Buffer.byteLength(text) + 16);
    assert.notEqual(one, two);
    assert.deepEqual([one, two, cipher.encrypt("")].map(cipher.decrypt), [text, text, ""]);
  });

  it("take a new salt where there is none, which is told once and opens them again", () => {
    const salts: string[] = [];
    const cipher = passphraseCipher(undefined, (made) => salts.push(made));
    assert.deepEqual(salts, [], "not before it is needed");
    const hidden = [cipher.encrypt(text), cipher.encrypt("more")];
    assert.equal(salts.length, 1);
    assert.match(salts[0] ?? "", /^v1:[A-Za-z0-9+/=]{12}:v1:[^:]+:[^:]+$/);
    assert.deepEqual(hidden.map(passphraseCipher(salts[0], never).decrypt), [text, "more"]);
  });

  it("say so where the passphrase is not theirs", () => {
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "another";
    assert.throws(
      () => passphraseCipher(salt, never).decrypt(ciphertext),
      /^Error: The passphrase is not the one .*PULUMI_CONFIG_PASSPHRASE/,
    );
    assert.throws(() => passphraseCipher(salt, never).encrypt(text), /The passphrase is not the one/);
  });

  it("say so where they were changed", () => {
    const changed = ciphertext.replace("F5YL", "F5YM");
    assert.throws(() => passphraseCipher(salt, never).decrypt(changed), /The passphrase is not the one/);
  });

  it("say what is missing where there is no passphrase", () => {
    delete process.env["PULUMI_CONFIG_PASSPHRASE"];
    assert.throws(
      () => passphraseCipher(salt, never).decrypt(ciphertext),
      /there is no passphrase .* set PULUMI_CONFIG_PASSPHRASE/,
    );
  });

  it("take an empty passphrase, as Pulumi does", () => {
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "";
    const cipher = passphraseCipher(undefined, () => undefined);
    assert.equal(cipher.decrypt(cipher.encrypt(text)), text);
  });

  it("take the passphrase from a file", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-cipher-"));
    delete process.env["PULUMI_CONFIG_PASSPHRASE"];
    process.env["PULUMI_CONFIG_PASSPHRASE_FILE"] = join(folder, "passphrase");
    writeFileSync(join(folder, "passphrase"), "test\n");
    assert.equal(passphraseCipher(salt, never).decrypt(ciphertext), text);
    rmSync(folder, { recursive: true });
  });

  it("refuse a salt of another provider", () => {
    assert.throws(
      () => passphraseCipher("v2:abc", never).encrypt(text),
      /encryptionsalt .* is of a kind that is not known/,
    );
  });
});
