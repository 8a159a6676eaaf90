import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pullByIdentity } from "../../registry/identity";
import { Folder } from "../release/folder";

describe("a pull by a machine's identity", () => {
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  /** Runs the script with programs in the place of `curl` and `docker` that note how they were called. */
  const pull = (host: string, { answers, docker = "", there = false }: Stubs) => {
    const at = (name: string): string => `'${join(folder.path, name)}'`;
    folder.write({
      curl: `#!/bin/sh\necho "curl $*" >>${at("calls")}\ncase "$*" in *@-*) cat >>${at("sent")} ;; esac\ncase "$*" in ${answers} esac\n`,
      docker: `#!/bin/sh\necho "docker $*" >>${at("calls")}\ncase "$1" in
        image) exit ${there ? 0 : 1} ;;
        login) cat >>${at("sent")}; echo >>${at("sent")}; echo "$DOCKER_CONFIG" >${at("config")}; ${docker} ;;
      esac\n`,
    });
    for (const program of ["curl", "docker"]) chmodSync(join(folder.path, program), 0o755);
    const { status, stderr } = spawnSync("sh", ["-s", "--", host, `${host}/shop/web@sha256:1`], {
      input: pullByIdentity,
      env: { PATH: `${folder.path}:${process.env["PATH"]}` },
    });
    const read = (name: string): string =>
      existsSync(join(folder.path, name)) ? readFileSync(join(folder.path, name), "utf8") : "";
    return { status, told: stderr.toString(), calls: read("calls"), sent: read("sent"), config: read("config").trim() };
  };

  interface Stubs {
    /** What `curl` answers, as patterns of `case`. */
    answers: string;
    /** What `docker login` does besides. */
    docker?: string;
    /** Whether the Engine has the image. */
    there?: boolean;
  }

  const google = `*metadata.google.internal*) echo '{"access_token":"t0ken","expires_in":3599,"token_type":"Bearer"}' ;;`;
  const azure = `*169.254.169.254*) echo '{"access_token":"0wn","client_id":"c"}' ;; *exchange*) echo '{"refresh_token":"t0ken"}' ;;`;

  it("asks Google's metadata server", () => {
    const { status, calls, sent, config } = pull("europe-docker.pkg.dev", { answers: google });
    assert.equal(status, 0);
    assert.match(calls, /service-accounts\/default\/token\n/);
    assert.match(calls, /docker login --username oauth2accesstoken --password-stdin europe-docker\.pkg\.dev\n/);
    assert.match(calls, /docker pull --quiet europe-docker\.pkg\.dev\/shop\/web@sha256:1\n$/);
    assert.equal(sent, "t0ken\n");
    assert.ok(!calls.includes("t0ken"), "the token is in an argument");
    assert.ok(config !== "" && !existsSync(config), "the login is left behind");
  });

  it("asks Azure's, and the registry for a token of its own", () => {
    const { status, calls, sent } = pull("shop.azurecr.io", { answers: azure });
    assert.equal(status, 0);
    assert.match(calls, /curl .* --data @- https:\/\/shop\.azurecr\.io\/oauth2\/exchange\n/);
    assert.match(
      calls,
      /docker login --username 00000000-0000-0000-0000-000000000000 --password-stdin shop\.azurecr\.io\n/,
    );
    assert.equal(sent, "grant_type=access_token&service=shop.azurecr.io&access_token=0wnt0ken\n");
    assert.ok(!/t0ken|0wn/.test(calls), "a token is in an argument");
  });

  it("asks nobody for an image that the Engine has", () => {
    const { status, calls } = pull("shop.azurecr.io", { answers: azure, there: true });
    assert.equal(status, 0);
    assert.equal(calls, "docker image inspect shop.azurecr.io/shop/web@sha256:1\n");
  });

  it("says what is missing: an identity, or its role", () => {
    const none = pull("europe-docker.pkg.dev", { answers: "*) exit 22 ;;" });
    assert.equal(none.status, 1);
    assert.match(none.told, /has no identity that europe-docker\.pkg\.dev knows: give it one, with the role roles\//);
    const refused = pull("shop.azurecr.io", { answers: azure, docker: "exit 1" });
    assert.equal(refused.status, 1);
    assert.match(refused.told, /does not let the machine's identity in: grant it the role AcrPull\.\n$/);
  });
});
