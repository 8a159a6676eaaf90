import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Registry } from "../../registry/client/registry";
import { encode } from "../../release/artifact";
import { Ledger } from "../../release/ledger";
import { generateKeys, publicKeysIn } from "../../release/signing/keys";
import { releaseClaim } from "../../release/signing/proof";
import { signatureTag } from "../../release/signing/beside";
import { addSignature } from "../../release/signing/signatures";
import { onEachEngine, type EngineKind } from "./engines";
import { assertClear, inOrder, refuses, succeeds, upAndClean } from "./expect";
import { run } from "./run";
import { Small } from "./small";

const cosign = async (): Promise<boolean> => (await run("cosign", ["version"])).code === 0;

onEachEngine("a release that is believed by its digest and its signature", (kind: EngineKind) => {
  inOrder();

  let small: Small;
  let registry: Registry;
  let ledger: Ledger;
  let record: string;
  let name: string;

  const told = async (stage: string): Promise<{ name: string; record: string }> => {
    const { release } = await small.project.engine.outputs(stage);
    const { name, record } = release as { name: string; record?: string };
    assert.ok(record, `${stage} tells no record`);
    return { name, record };
  };
  const slipway = (...args: string[]): ReturnType<typeof run> =>
    run(process.execPath, [join("node_modules", "slipway", "dist", "cli", "main.js"), ...args], {
      cwd: small.project.folder,
      env: small.project.engine.env,
    });

  before(async () => {
    small = await Small.open(kind);
    const { address, username, password } = small.project.guarded ?? { address: "", username: "", password: "" };
    registry = new Registry(address, { username, password });
    ledger = new Ledger(registry, small.project.name);
  });
  after(() => small?.project.dispose());

  it("is signed by the stage that builds, whose public key lies beside the project", async () => {
    await upAndClean(small.project.engine, "staging");
    ({ name, record } = await told("staging"));
    assert.equal(await ledger.digestOf(name), record);
    assert.match(small.project.read("slipway.pub"), /-----BEGIN PUBLIC KEY-----/);
    assert.ok(await registry.headManifest(ledger.repository, signatureTag(record)));
    const text = small.project.engine.transcript.map((one) => one.text).join("\n");
    assert.match(text, /slipway.pub has the key by which the releases are known from now on: commit it/);
    assert.doesNotMatch(text, /PRIVATE KEY/);
  });

  it("keeps the private key in the state alone, encrypted", async () => {
    const files = await run("grep", ["-rlE", "PRIVATE KEY", small.project.folder, "--exclude-dir=node_modules"]);
    assert.equal(files.stdout.trim(), "");
    const state = await run("grep", ["-rl", "PRIVATE KEY", join(small.project.folder, "..", "state")]);
    assert.equal(state.stdout.trim(), "");
  });

  it("is taken over by its digest, which the preview shows", async () => {
    const { text } = await succeeds(small.project.engine.preview("production"));
    assert.ok(text.includes(record), text);
    await upAndClean(small.project.engine, "production");
    assert.deepEqual(await told("production"), { name, record });
  });

  it("is verified by its public key alone, and so is what runs", async function () {
    if (kind.name !== "Pulumi") this.skip();
    const { code, stdout, stderr } = await slipway("verify", "-s", "production");
    assert.equal(code, 0, stdout + stderr);
    for (const line of [/✓ record +sha256:/, /✓ signature +by the key/, /✓ provenance of/, /✓ app in production/]) {
      assert.match(stdout, line);
    }
  });

  it("is what cosign takes for signed, by the same key, as are the notes on how it was made", async function () {
    if (!(await cosign())) this.skip();
    const { address, username, password } = small.project.guarded ?? { address: "", username: "", password: "" };
    const login = ["--registry-username", username, "--registry-password", password, "--allow-http-registry"];
    const key = ["--key", join(small.project.folder, "slipway.pub"), "--insecure-ignore-tlog=true"];
    const reference = `${address}/${ledger.repository}@${record}`;
    const verified = await run("cosign", ["verify", ...key, ...login, reference]);
    assert.equal(verified.code, 0, verified.stderr);
    const app = (await ledger.find(name, record)).images["app"];
    const image = `${address}/${app?.repository}@${app?.digest}`;
    const attested = await run("cosign", ["verify-attestation", "--type", "slsaprovenance1", ...key, ...login, image]);
    assert.equal(attested.code, 0, attested.stderr);
    const other = join(small.project.folder, "..", "other.pub");
    small.project.write("../other.pub", generateKeys().publicKey);
    const wrong = await run("cosign", ["verify", "--key", other, "--insecure-ignore-tlog=true", ...login, reference]);
    assert.notEqual(wrong.code, 0);
  });

  it("is refused where somebody has put another record in its place, and nothing changes", async () => {
    await small.another("second");
    await succeeds(small.project.engine.up("staging"));
    const next = await told("staging");
    const evil = await forged(registry, ledger, next.name, next.record);
    const preview = await small.project.engine.preview("production");
    assert.ok(!preview.ok);
    assertClear(preview, new RegExp(`its name leads to the record ${evil}, and staging recorded ${next.record}\\.`));
    await refuses(small.project, "production", /Somebody has written to the registry: find out who\./);
    // Also with the right signature of another release, or with one of his own.
    await registry.putManifest(
      ledger.repository,
      signatureTag(evil),
      await registry.getManifest(ledger.repository, signatureTag(record)),
    );
    await small.set("production", "release", next.name, () =>
      refuses(small.project, "production", /is signed, but by none of the keys in slipway\.pub/),
    );
    const his = generateKeys();
    const [key] = publicKeysIn(his.publicKey, "his");
    assert.ok(key);
    const claim = { repository: ledger.repository, digest: evil, says: { [releaseClaim]: next.name } };
    await addSignature(registry, claim, his.privateKey);
    await small.set("production", "release", next.name, () =>
      refuses(small.project, "production", /is signed, but by none of the keys in slipway\.pub/),
    );
    // A record of before that is played again under the new name.
    await registry.putManifest(ledger.repository, next.name, await registry.getManifest(ledger.repository, record));
    await refuses(small.project, "production", /its name leads to the record/);
    await small.set("production", "release", next.name, () =>
      refuses(small.project, "production", new RegExp(`bears a signature of ${name}`)),
    );
    // What staging proved can still be had, by its digest.
    await small.set("production", "release", `${next.name}@${next.record}`, async () => {
      await succeeds(small.project.engine.up("production"));
      assert.deepEqual(await told("production"), next);
    });
    await registry.putManifest(
      ledger.repository,
      next.name,
      await registry.getManifest(ledger.repository, next.record),
    );
    await succeeds(small.project.engine.up("production"));
  });

  it("is refused where the history of the stage is not what the stage wrote", async () => {
    const tag = "stage.production";
    const kept = await registry.getManifest(ledger.repository, tag);
    const { layers } = JSON.parse(new TextDecoder().decode(kept.bytes)) as {
      layers: { digest: string; size: number }[];
    };
    const [layer] = layers;
    assert.ok(layer);
    const bytes = await registry.readBlob(ledger.repository, layer);
    const history = JSON.parse(new TextDecoder().decode(bytes)) as { runs: unknown[] };
    const blob = await registry.putBytes(ledger.repository, encode({ ...history, runs: [] }));
    const manifest = JSON.parse(new TextDecoder().decode(kept.bytes)) as { layers: object[] };
    const forgedManifest = { ...manifest, layers: [{ ...layers[0], ...blob }] };
    await registry.putManifest(ledger.repository, tag, { mediaType: kept.mediaType, bytes: encode(forgedManifest) });
    await refuses(
      small.project,
      "production",
      /The history of stage production .* is not what the stage wrote: its signature is for another document/,
    );
    await registry.putManifest(ledger.repository, tag, kept);
    await succeeds(small.project.engine.preview("production"));
  });

  it("waits for the approvals that the stage asks for", async function () {
    if (kind.name !== "Pulumi") this.skip();
    await small.another("third");
    await succeeds(small.project.engine.up("staging"));
    const next = await told("staging");
    small.project.set("production", "approvals", 1);
    await refuses(small.project, "production", /has 0 of 1 approvals for production \(slipway:approvals\)/);
    const key = join(small.project.folder, "..", "approve.key");
    const { code, stdout, stderr } = await slipway(
      ...["approve", next.name, "-s", "production", "--key", key, "--name", "ada", "--yes"],
    );
    assert.equal(code, 0, stdout + stderr);
    assert.ok(existsSync(join(small.project.folder, "slipway-approvers", "ada.pub")));
    await succeeds(small.project.engine.up("production"));
    assert.deepEqual(await told("production"), next);
    small.project.set("production", "approvals", undefined);
  });

  it("goes on with another key, by which older releases are known as well", async () => {
    const before = small.project.read("slipway.pub");
    await small.project.engine.setConfig("staging", "signing.rotate", "2026-11");
    await upAndClean(small.project.engine, "staging");
    const keys = publicKeysIn(small.project.read("slipway.pub"), "slipway.pub");
    assert.equal(keys.length, 2);
    assert.equal(keys[1]?.id, publicKeysIn(before, "before")[0]?.id);
    await small.set("production", "release", name, () =>
      succeeds(small.project.engine.up("production")).then(() => undefined),
    );
    await upAndClean(small.project.engine, "production");
  });

  it("is believed by what staging tells, with a warning, where the public key is not at hand", async () => {
    const file = join(small.project.folder, "slipway.pub");
    const text = readFileSync(file, "utf8");
    rmSync(file);
    const preview = await succeeds(small.project.engine.preview("production"));
    assert.match(preview.text, /slipway\.pub is not in this folder/);
    small.project.write("slipway.pub", text);
  });

  it("is not taken for what was built where somebody has pushed another image under its content's tag", async () => {
    const image = async (): Promise<{ repository: string; digest: string }> => {
      const { name, record } = await told("staging");
      const { app } = (await ledger.find(name, record)).images;
      assert.ok(app);
      return app;
    };
    const built = await image();
    const tags = await contentTags(built);
    await small.set("staging", "env.FLAVOUR", "other", () =>
      succeeds(small.project.engine.up("staging")).then(() => undefined),
    );
    const other = await image();
    assert.notEqual(other.digest, built.digest);
    // The builder would look for the first content again, and find the second under its tag.
    const manifest = await registry.getManifest(other.repository, other.digest);
    for (const tag of tags) await registry.putManifest(built.repository, tag, manifest);
    await succeeds(small.project.engine.up("staging"));
    assert.notEqual((await image()).digest, other.digest);
  });

  /** The tags of an image that are made from its content. */
  async function contentTags({ repository, digest }: { repository: string; digest: string }): Promise<string[]> {
    const found: string[] = [];
    for (const tag of await registry.listTags(repository)) {
      const head = await registry.headManifest(repository, tag);
      if (/^[0-9a-f]+$/.test(tag) && head?.digest === digest) found.push(tag);
    }
    assert.ok(found.length > 0, "no tag is made from the content");
    return found;
  }
});

/** Puts another record under a release's name: the same images, and a compose file that mounts the machine. */
async function forged(registry: Registry, ledger: Ledger, name: string, record: string): Promise<string> {
  const release = await ledger.read(name, record);
  const files = { ...release.files };
  const [compose = ""] = release.compose;
  const text = new TextDecoder().decode(files[compose]);
  files[compose] = new TextEncoder().encode(text.replace("data:/data", "/:/host"));
  assert.notEqual(text, new TextDecoder().decode(files[compose]));
  await registry.deleteManifest(ledger.repository, name).catch(() => false);
  const other = new Ledger(registry, `${ledger.project}-evil`);
  const digest = await other.record({ ...release, files });
  const manifest = await registry.getManifest(other.repository, digest);
  const { config, layers } = JSON.parse(new TextDecoder().decode(manifest.bytes)) as {
    config: { digest: string; size: number };
    layers: { digest: string; size: number }[];
  };
  for (const blob of [config, ...layers]) {
    await registry.putBytes(ledger.repository, await registry.readBlob(other.repository, blob));
  }
  await registry.putManifest(ledger.repository, name, manifest);
  return digest;
}
