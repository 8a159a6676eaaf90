import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { Registry } from "../../../registry/client/registry";
import { Ledger } from "../../../release/ledger";
import type { Release } from "../../../release/record";
import { attest } from "../../../release/signing/attest";
import { attestationTag } from "../../../release/signing/beside";
import { chainOf } from "../../../release/signing/chain";
import { generateKeys, publicKeysIn } from "../../../release/signing/keys";
import { sizeOf, typeOf } from "../../../release/signing/sbom";
import { TestRegistry } from "../../registry/fakeRegistry";
import { pushImage, pushIndex } from "../../registry/images";
import { Folder } from "../folder";
import { publicKey, signed, signingKey } from "./key";

const name = "v1a2b3c4-20260101-000000";

/** Stands in for syft: lists the blobs of the image in the folder that it is given, as SPDX. */
const standIn = (prints: string) => `#!/usr/bin/env node
if (process.argv[2] === "version") process.exit(0);
const { readFileSync, readdirSync } = require("node:fs");
const folder = process.argv[2].replace("oci-dir:", "");
const [{ digest }] = JSON.parse(readFileSync(folder + "/index.json", "utf8")).manifests;
const { layers } = JSON.parse(readFileSync(folder + "/blobs/" + digest.replace(":", "/"), "utf8"));
const blobs = readdirSync(folder + "/blobs/sha256");
if (!layers.every((layer) => blobs.includes(layer.digest.replace("sha256:", "")))) process.exit(3);
${prints}
`;
const spdx = 'console.log(JSON.stringify({ spdxVersion: "SPDX-2.3", packages: layers }));';

describe("a list of what an image holds", () => {
  let server: TestRegistry;
  let registry: Registry;
  let ledger: Ledger;
  let folder: Folder;

  beforeEach(async () => {
    server = await TestRegistry.start();
    registry = new Registry(server.address, undefined, { retries: [1] });
    ledger = new Ledger(registry, "shop");
    folder = new Folder();
  });
  afterEach(async () => {
    folder.remove();
    await server.stop();
  });

  const recorded = async (digest: string): Promise<Release> => {
    const release: Release = {
      ...{ name, commit: "1a2b3c4", dirty: false, createdAt: "2026-01-01T00:00:00.000Z", compose: ["compose.yaml"] },
      files: { "compose.yaml": new TextEncoder().encode("services: {}\n") },
      images: { web: { repository: "shop/web", digest, platform: "linux/amd64" } },
      buildArgs: {},
    };
    await ledger.record(release);
    await signed(ledger, name);
    return release;
  };
  const image = () => pushImage(registry, "shop/web", { platform: "linux/amd64", layers: ["one", "two"] }, name);
  const by = {
    id: { project: "shop", stage: "staging" },
    by: "Ada",
    key: signingKey,
    engine: { command: () => Promise.resolve("29.0.0\n") },
  };
  const attested = async (release: Release, script?: string): Promise<string[]> => {
    const said: string[] = [];
    if (script !== undefined) chmodSync(folder.write({ "bin/syft": standIn(script) }).at("bin/syft"), 0o755);
    const node = process.execPath.replace(/\/[^/]*$/, "");
    const PATH = script === undefined ? folder.at("none") : `${folder.at("bin")}:${node}:/usr/bin:/bin`;
    await attest(registry, release, by, (line) => said.push(line), { PATH });
    return said;
  };
  const seen = async (keys = [publicKey]) => {
    const { links } = await chainOf(ledger, { name }, { keys, place: "slipway.pub" }, []);
    return Object.fromEntries(links.map(({ what, holds, seen }) => [what, [holds, seen]]));
  };

  it("lies signed beside it, with its provenance, and changes nothing of it", async () => {
    const digest = await image();
    assert.deepEqual(await attested(await recorded(digest), spdx), []);
    const links = await seen();
    assert.deepEqual(links["SBOM of shop/web"], [true, "https://spdx.dev/Document, 2 packages, signed"]);
    assert.deepEqual(links["provenance of shop/web"], [true, "https://slsa.dev/provenance/v1, signed"]);
    assert.equal((await registry.headManifest("shop/web", name))?.digest, digest);
    const calls = server.calls.length;
    assert.deepEqual(await attested(await recorded(digest), spdx), [], "once is enough");
    assert.ok(
      !server.calls.slice(calls).some((call) => call.startsWith("PUT") && call.includes(attestationTag(digest))),
    );
  });

  it("counts for nothing by another key, as its provenance", async () => {
    await attested(await recorded(await image()), spdx);
    const links = await seen(publicKeysIn(generateKeys().publicKey, "another"));
    assert.equal(links["SBOM of shop/web"], undefined);
    assert.deepEqual(links["provenance of shop/web"]?.[0], false);
  });

  it("is of the image for the release's platform", async () => {
    const specs = ["linux/arm64", "linux/amd64"].map((platform) => ({ platform, layers: [platform] }));
    const digest = await pushIndex(registry, "shop/web", name, specs);
    assert.deepEqual(await attested(await recorded(digest), spdx), []);
    assert.match(String((await seen())["SBOM of shop/web"]?.[1]), /, 1 packages, signed/);
  });

  it("is said to be missing, once, where there is no generator, and is no failure", async () => {
    const release = await recorded(await image());
    assert.deepEqual(
      await attested({ ...release, images: { ...release.images, api: release.images["web"] as never } }),
      ["no list of what images hold (SBOM) was put beside them: syft is not on PATH (docs/security.md)"],
    );
    assert.equal((await seen())["SBOM of shop/web"], undefined);
    assert.equal((await seen())["provenance of shop/web"]?.[0], true);
  });

  for (const [what, script, says] of [
    ["fails", "process.exit(7);", /^no list of what shop\/web holds \(SBOM\) was put beside it: Command failed/],
    ["prints something else", 'console.log("{}");', /it printed neither SPDX nor CycloneDX$/],
  ] as const) {
    it(`is told of and no failure where the generator ${what}`, async () => {
      const said = await attested(await recorded(await image()), script);
      assert.equal(said.length, 1);
      assert.match(said[0] ?? "", says);
      assert.equal((await seen())["provenance of shop/web"]?.[0], true);
    });
  }

  it("is SPDX or CycloneDX", () => {
    assert.equal(typeOf({ spdxVersion: "SPDX-2.3" }), "https://spdx.dev/Document");
    assert.equal(typeOf({ bomFormat: "CycloneDX" }), "https://cyclonedx.org/bom");
    assert.deepEqual([sizeOf({ components: [1, 2] }), sizeOf({}), sizeOf(null)], [2, 0, 0]);
    for (const other of [{}, null, "SPDX", { bomFormat: "other" }]) assert.throws(() => typeOf(other));
  });
});
