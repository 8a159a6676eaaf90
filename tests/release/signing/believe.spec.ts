import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "../../../registry/client/registry";
import { Ledger } from "../../../release/ledger";
import type { Release } from "../../../release/record";
import { believe, type Trust } from "../../../release/signing/believe";
import { addReleaseKey } from "../../../release/signing/keyFiles";
import { generateKeys, publicKeysIn } from "../../../release/signing/keys";
import { approvalClaim, releaseClaim } from "../../../release/signing/proof";
import { signatureTag } from "../../../release/signing/beside";
import { addSignature, copySignatures, provenClaims } from "../../../release/signing/signatures";
import type { WantedRelease } from "../../../release/wanted";
import { TestRegistry } from "../../registry/fakeRegistry";
import { pushImage } from "../../registry/images";
import { pair, publicKey, signed, signingKey } from "./key";

const [one, two] = ["v1a2b3c4-20260101-000000", "v1a2b3c4-20260102-000000"];

describe("a release is believed", () => {
  let server: TestRegistry;
  let registry: Registry;
  let ledger: Ledger;
  let root: string;

  beforeEach(async () => {
    server = await TestRegistry.start();
    registry = new Registry(server.address, undefined, { retries: [1] });
    ledger = new Ledger(registry, "shop");
    root = mkdtempSync(join(tmpdir(), "slipway-trust-"));
    addReleaseKey(root, pair.publicKey, "signs");
  });
  afterEach(async () => {
    rmSync(root, { recursive: true });
    await server.stop();
  });

  const recorded = async (name: string, compose = "services: {}\n"): Promise<string> => {
    const web = await pushImage(registry, "shop/web", { platform: "linux/amd64", layers: [compose] }, name);
    const release: Release = {
      ...{ name, commit: "1a2b3c4", dirty: false, createdAt: "2026-01-01T00:00:00.000Z", compose: ["compose.yaml"] },
      files: { "compose.yaml": new TextEncoder().encode(compose) },
      images: { web: { repository: "shop/web", digest: web, platform: "linux/amd64" } },
      buildArgs: {},
    };
    return ledger.record(release);
  };
  const trust = (more: Partial<Trust> = {}): Trust => ({ root, stage: "shop/production", approvals: 0, ...more });
  const believed = (wanted: WantedRelease, more: Partial<Trust> = {}): ReturnType<typeof believe> =>
    believe(ledger, wanted, trust(more));

  it("by its name, by its digest and by both, where the project's key signed it", async () => {
    const record = await recorded(one);
    await signed(ledger, one);
    for (const wanted of [{ name: one }, { record }, { name: one, record }]) {
      assert.deepEqual(await believed(wanted), { name: one, record });
    }
    assert.deepEqual(await believed({ name: one, record }, { teller: "staging", told: pair.publicKey }), {
      name: one,
      record,
    });
  });

  it("not without a signature, and says how to get one", async () => {
    const record = await recorded(one);
    await assert.rejects(
      believed({ name: one }),
      /bears no signature \(record sha256:.*pulumi up there.*slipway sign v1a/,
    );
    await assert.rejects(believed({ name: one, record }, { teller: "staging" }), /bears no signature/);
  });

  it("not with somebody else's signature", async () => {
    const digest = await recorded(one);
    const other = generateKeys();
    const [key] = publicKeysIn(other.publicKey, "other");
    assert.ok(key);
    await addSignature(
      registry,
      { repository: "shop/ledger", digest, says: { [releaseClaim]: one } },
      other.privateKey,
    );
    await assert.rejects(believed({ name: one }), /is signed, but by none of the keys in slipway.pub/);
  });

  it("not where its name leads to another record than the stage told", async () => {
    const record = await recorded(one);
    await signed(ledger, one);
    const evil = await new Ledger(registry, "evil").record({
      ...(await ledger.read(one)),
      files: { "compose.yaml": new TextEncoder().encode("services: { web: { volumes: ['/:/host'] } }\n") },
    });
    for (const { digest, size } of await blobsOf(registry, "evil/ledger", evil)) {
      await registry.putBytes("shop/ledger", await registry.readBlob("evil/ledger", { digest, size }));
    }
    await registry.putManifest("shop/ledger", one, await registry.getManifest("evil/ledger", evil));
    await assert.rejects(
      believed({ name: one, record }, { teller: "staging", told: pair.publicKey }),
      new RegExp(
        `its name leads to the record ${evil}, and staging recorded ${record}\\. Somebody has written to the registry`,
      ),
    );
    // Whoever goes by the name alone goes by the signature.
    await assert.rejects(believed({ name: one }), /bears no signature/);
    await copySignaturesOf(registry, record, evil);
    await assert.rejects(believed({ name: one }), /is signed, but by none of the keys/);
    // The right one can still be had.
    assert.deepEqual(await believed({ name: one, record }), { name: one, record });
  });

  it("not with the right signature of another release, nor as a record that is played again", async () => {
    const record = await recorded(one);
    await signed(ledger, one);
    await recorded(two, "services: { a: {} }\n");
    await signed(ledger, two, one);
    await assert.rejects(believed({ name: two }), new RegExp(`${two} bears a signature of ${one} .*, not its own`));
    await registry.putManifest("shop/ledger", two, await registry.getManifest("shop/ledger", record));
    await assert.rejects(believed({ name: two }), new RegExp(`${two} bears a signature of ${one}`));
  });

  it("not once its record is deleted", async () => {
    const record = await recorded(one);
    await signed(ledger, one);
    await registry.deleteManifest("shop/ledger", record);
    await assert.rejects(
      believed({ record }),
      new RegExp(`The ledger of shop holds no record ${record}: it was deleted`),
    );
    await assert.rejects(believed({ name: one }), /No release v1a2b3c4-20260101-000000/);
    await assert.rejects(ledger.read(one, record), /The record of the release .* is not in .* any more/);
  });

  it("by what the source stage tells of its key, with a notice, where the project's folder has none", async () => {
    rmSync(join(root, "slipway.pub"));
    const record = await recorded(one);
    await signed(ledger, one);
    const { notice } = await believed({ name: one, record }, { teller: "staging", told: pair.publicKey });
    assert.match(
      notice ?? "",
      /slipway.pub is not in this folder: the release is believed by the key that staging tells/,
    );
    await assert.rejects(believed({ name: one }), /slipway.pub is missing, by which this project's releases are known/);
  });

  it("only once enough others have approved it for this very stage", async () => {
    const record = await recorded(one);
    await signed(ledger, one);
    const ask = { approvals: 1 };
    await assert.rejects(
      believed({ name: one }, ask),
      /has 0 of 1 approvals for production .*slipway-approvers\/ holds no key/,
    );
    const ada = generateKeys();
    const [key] = publicKeysIn(ada.publicKey, "ada");
    assert.ok(key);
    mkdirSync(join(root, "slipway-approvers"));
    writeFileSync(join(root, "slipway-approvers", "ada.pub"), ada.publicKey);
    // The key that signs releases approves nothing.
    writeFileSync(join(root, "slipway-approvers", "builder.pub"), pair.publicKey);
    const approve = (says: string, by = ada.privateKey): Promise<void> =>
      addSignature(registry, { repository: "shop/ledger", digest: record, says: { [approvalClaim]: says } }, by);
    await assert.rejects(
      believed({ name: one }, ask),
      /has 0 of 1 approvals for production .*ada can, with slipway approve v1a/,
    );
    await approve("shop/other");
    await approve("shop/production", signingKey);
    await assert.rejects(believed({ name: one }, ask), /has 0 of 1 approvals/);
    await approve("shop/production");
    await approve("shop/production");
    assert.equal((await believed({ name: one }, ask)).record, record);
    assert.equal((await provenClaims(registry, "shop/ledger", record, [key])).length, 2, "twice the same is once");
    await assert.rejects(believed({ name: one }, { approvals: 2 }), /has 1 of 2 approvals/);
  });

  it("wherever it is copied to", async () => {
    const record = await recorded(one);
    await signed(ledger, one);
    const target = await TestRegistry.start();
    try {
      const there = new Registry(target.address, undefined, { retries: [1] });
      await copySignatures(registry, there, "shop/ledger", record);
      await copySignatures(registry, there, "shop/ledger", record);
      assert.equal((await provenClaims(there, "shop/ledger", record, [publicKey])).length, 1);
    } finally {
      await target.stop();
    }
  });
});

async function blobsOf(
  registry: Registry,
  repository: string,
  digest: string,
): Promise<{ digest: string; size: number }[]> {
  const { bytes } = await registry.getManifest(repository, digest);
  const { config, layers } = JSON.parse(new TextDecoder().decode(bytes)) as {
    config: { digest: string; size: number };
    layers: { digest: string; size: number }[];
  };
  return [config, ...layers];
}

/** Puts the signatures of one record beside another. */
async function copySignaturesOf(registry: Registry, from: string, to: string): Promise<void> {
  await registry.putManifest(
    "shop/ledger",
    signatureTag(to),
    await registry.getManifest("shop/ledger", signatureTag(from)),
  );
}
