import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStatement, signStatement } from "../../../release/signing/attestations";
import { generateKeys, publicKeyOf, publicKeysIn } from "../../../release/signing/keys";
import { readClaim, signClaim } from "../../../release/signing/payload";
import { provenanceOf } from "../../../release/signing/provenance";
import { pair, publicKey, signingKey } from "./key";

const digest = `sha256:${"a".repeat(64)}`;
const claim = { repository: "shop/ledger", digest, says: { "slipway.release": "v1" } };

describe("a signed claim", () => {
  it("is read by its key, and by no other", () => {
    const signed = signClaim(claim, signingKey);
    assert.deepEqual(readClaim(signed, [publicKey])?.claim, claim);
    const [other] = publicKeysIn(generateKeys().publicKey, "another");
    assert.ok(other);
    assert.equal(readClaim(signed, [other]), undefined);
    assert.equal(readClaim(signed, [other, publicKey])?.key.id, publicKey.id);
    assert.equal(readClaim(signed, []), undefined);
  });

  it("says nothing once a byte of it is another", () => {
    const { payload, signature } = signClaim(claim, signingKey);
    for (let at = 0; at < payload.length; at += 7) {
      const changed = Uint8Array.from(payload, (byte, index) => (index === at ? byte ^ 1 : byte));
      assert.equal(readClaim({ payload: changed, signature }, [publicKey]), undefined);
    }
    for (const wrong of ["", "AAAA", "not base64 ☂", signature.slice(4)]) {
      assert.equal(readClaim({ payload, signature: wrong }, [publicKey]), undefined, wrong);
    }
  });

  it("is what OpenSSL takes for a signature of the same bytes", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-claim-"));
    try {
      const { payload, signature } = signClaim(claim, signingKey);
      writeFileSync(join(folder, "key.pub"), pair.publicKey);
      writeFileSync(join(folder, "payload"), payload);
      writeFileSync(join(folder, "signature"), Buffer.from(signature, "base64"));
      const args = ["dgst", "-sha256", "-verify", "key.pub", "-signature", "signature", "payload"];
      assert.match(execFileSync("openssl", args, { cwd: folder, encoding: "utf8" }), /Verified OK/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("may be by a key of another kind", () => {
    for (const type of ["ed25519", "rsa"] as const) {
      const { privateKey, publicKey } =
        type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
      const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
      if (type === "ed25519") continue;
      const signed = signClaim(claim, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
      assert.deepEqual(readClaim(signed, publicKeysIn(pem, type))?.claim, claim, type);
    }
  });
});

describe("public keys", () => {
  it("are read from a file with several, and with words between them", () => {
    const others = [generateKeys(), generateKeys()];
    const text = others.map(({ publicKey }, at) => `# key ${at}\n${publicKey}`).join("\n");
    assert.deepEqual(
      publicKeysIn(text, "slipway.pub").map(({ pem }) => pem),
      others.map(({ publicKey }) => publicKey),
    );
    assert.equal(publicKeyOf(pair.privateKey), pair.publicKey);
  });

  it("are refused by the place where they are, with what would be right", () => {
    assert.throws(() => publicKeysIn("", "slipway.pub"), /slipway.pub holds no public key: it has to begin with/);
    assert.throws(
      () => publicKeysIn(pair.privateKey, "a.pub"),
      /a.pub holds a private key: write the public one there/,
    );
    const broken = pair.publicKey.replace(/MFk/, "AAA");
    assert.throws(() => publicKeysIn(broken, "a.pub"), /a.pub holds a public key that cannot be read/);
  });
});

describe("provenance", () => {
  const release = {
    ...{
      name: "v1",
      commit: "1a2b3c4",
      dirty: false,
      createdAt: "2026-01-01T00:00:00.000Z",
      compose: ["compose.yaml"],
    },
    ...{ images: {}, buildArgs: { web: { A: "1" }, db: { B: "2" } } },
  };
  const making = {
    by: "Ada <ada@example.com>",
    version: "0.1.0",
    stage: "staging",
    project: "shop",
    at: "2026-01-01T00:01:00.000Z",
  };
  const image = { repository: "shop/web", digest, platform: "linux/amd64" };

  it("tells from what, by whom, when and with which builder an image was made", () => {
    const { subject, predicate } = provenanceOf(image, ["web"], release, making);
    assert.deepEqual(subject, [{ name: "shop/web", digest: { sha256: "a".repeat(64) } }]);
    const text = JSON.stringify(predicate);
    for (const part of ["1a2b3c4", "Ada", "2026-01-01T00:01:00.000Z", "pkg:npm/slipway@0.1.0"]) {
      assert.ok(text.includes(part), part);
    }
    assert.ok(!text.includes('"B"'), "another service's arguments are not its own");
  });

  it("is read by its key, and by no other", () => {
    const statement = provenanceOf(image, ["web"], release, making);
    const envelope = signStatement(statement, signingKey);
    assert.deepEqual(readStatement(envelope, [publicKey]), JSON.parse(JSON.stringify(statement)));
    const [other] = publicKeysIn(generateKeys().publicKey, "another");
    assert.equal(other && readStatement(envelope, [other]), undefined);
    const changed = { ...envelope, payload: Buffer.from("{}").toString("base64") };
    assert.equal(readStatement(changed, [publicKey]), undefined);
  });
});
