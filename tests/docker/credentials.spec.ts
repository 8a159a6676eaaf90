import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { dockerCredentials } from "../../docker/credentials";

const helper = `#!/bin/sh
read -r host
case "$1 $host" in
  "get ghcr.io") echo '{"ServerURL":"ghcr.io","Username":"me","Secret":"from helper"}' ;;
  "get acr.example") echo '{"Username":"<token>","Secret":"refresh"}' ;;
  "get broken.example") echo "the keychain is locked"; exit 1 ;;
  *) echo "credentials not found in native keychain"; exit 1 ;;
esac
`;

describe("Docker's logins", () => {
  let folder: string;
  const path = process.env["PATH"];
  const config = (value: unknown): Promise<void> =>
    writeFile(join(folder, "config.json"), typeof value === "string" ? value : JSON.stringify(value));
  const base64 = (text: string): string => Buffer.from(text).toString("base64");

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-docker-"));
    await writeFile(join(folder, "docker-credential-test"), helper);
    await chmod(join(folder, "docker-credential-test"), 0o755);
    process.env["PATH"] = `${folder}${delimiter}${path ?? ""}`;
  });
  afterEach(async () => {
    process.env["PATH"] = path;
    await rm(folder, { recursive: true });
  });

  it("are none where there is no config.json, or nothing in it", async () => {
    assert.equal(await dockerCredentials("ghcr.io", folder), undefined);
    await config({ auths: { "other.example": { auth: base64("a:b") } } });
    assert.equal(await dockerCredentials("ghcr.io", folder), undefined);
  });

  it("are read from auths, however the key is written", async () => {
    await config({
      auths: {
        "https://index.docker.io/v1/": { auth: base64("hub:p:w") },
        "https://old.example/v1/": { auth: base64("old:pw") },
        "127.0.0.1:5000": { username: "plain", password: "" },
        "acr.example": { auth: base64("0:"), identitytoken: "refresh" },
      },
    });
    assert.deepEqual(await dockerCredentials("docker.io", folder), { username: "hub", password: "p:w" });
    assert.deepEqual(await dockerCredentials("old.example", folder), { username: "old", password: "pw" });
    assert.deepEqual(await dockerCredentials("127.0.0.1:5000", folder), { username: "plain", password: "" });
    assert.deepEqual(await dockerCredentials("acr.example", folder), { identityToken: "refresh" });
  });

  it("are asked of the credential program that config.json names", async () => {
    await config({ credsStore: "test", auths: { "kept.example": { auth: base64("a:b") } } });
    assert.deepEqual(await dockerCredentials("ghcr.io", folder), { username: "me", password: "from helper" });
    assert.deepEqual(await dockerCredentials("acr.example", folder), { identityToken: "refresh" });
    assert.deepEqual(await dockerCredentials("kept.example", folder), { username: "a", password: "b" });
    assert.equal(await dockerCredentials("none.example", folder), undefined);
    await config({ credsStore: "absent", credHelpers: { "ghcr.io": "test" } });
    assert.deepEqual(await dockerCredentials("ghcr.io", folder), { username: "me", password: "from helper" });
  });

  it("name what is wrong: the program that fails or is missing, the file that is no JSON", async () => {
    await config({ credsStore: "test" });
    await assert.rejects(
      dockerCredentials("broken.example", folder),
      /docker-credential-test .* the keychain is locked/,
    );
    await config({ credsStore: "absent" });
    await assert.rejects(
      dockerCredentials("ghcr.io", folder),
      /docker-credential-absent, which Docker's config.json names/,
    );
    await config("{");
    await assert.rejects(dockerCredentials("ghcr.io", folder), /config.json is not JSON/);
  });
});
