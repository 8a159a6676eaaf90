import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { currentEngine, leadingTo } from "../../docker/context";
import { providerFor } from "../../machine/kinds/local";
import { Folder } from "../release/folder";

const keyOf = (name: string): string => createHash("sha256").update(name).digest("hex");

describe("the Docker Engine that the docker command talks to", () => {
  let folder: Folder;
  let environment: Record<string, string>;

  beforeEach(() => {
    folder = new Folder();
    environment = { DOCKER_CONFIG: folder.path };
  });
  afterEach(() => folder.remove());

  /** As Docker writes a context. */
  const context = (name: string, docker: object | undefined): void => {
    const meta = { Name: name, Metadata: {}, Endpoints: docker ? { docker } : {} };
    folder.write({ [`contexts/meta/${keyOf(name)}/meta.json`]: JSON.stringify(meta) });
  };
  const chosen = (name: string): Folder => folder.write({ "config.json": JSON.stringify({ currentContext: name }) });

  const byDefault = { context: "default", host: "unix:///var/run/docker.sock" };

  it("is where Docker listens, where nobody has chosen another", () => {
    assert.deepEqual(currentEngine(environment), byDefault);
    folder.write({ "config.json": "{}" });
    assert.deepEqual(currentEngine(environment), byDefault);
    chosen("default");
    assert.deepEqual(currentEngine(environment), byDefault);
    assert.deepEqual(currentEngine({ ...environment, DOCKER_CONTEXT: "", DOCKER_HOST: "" }), byDefault);
  });

  it("is that of the context which was chosen", () => {
    context("colima", { Host: "unix:///home/ada/.colima/default/docker.sock", SkipTLSVerify: false });
    chosen("colima");
    const found = { context: "colima", host: "unix:///home/ada/.colima/default/docker.sock" };
    assert.deepEqual(currentEngine(environment), found);
  });

  it("is by DOCKER_HOST before DOCKER_CONTEXT, and by that before the chosen one", () => {
    context("rootless", { Host: "unix:///run/user/1000/docker.sock" });
    context("desktop-linux", { Host: "unix:///home/ada/.docker/desktop/docker.sock" });
    chosen("desktop-linux");
    environment["DOCKER_CONTEXT"] = "rootless";
    assert.equal(currentEngine(environment).host, "unix:///run/user/1000/docker.sock");
    environment["DOCKER_CONTEXT"] = "default";
    assert.deepEqual(currentEngine(environment), byDefault);
    environment["DOCKER_HOST"] = "tcp://127.0.0.1:2375";
    assert.deepEqual(currentEngine(environment), { context: "default", host: "tcp://127.0.0.1:2375" });
  });

  it("may speak TLS, with certificates of the context's own", () => {
    context("lab", { Host: "tcp://10.0.0.5:2376", SkipTLSVerify: true });
    folder.write({ [`contexts/tls/${keyOf("lab")}/docker/ca.pem`]: "" });
    chosen("lab");
    const certificates = folder.at(`contexts/tls/${keyOf("lab")}/docker`);
    assert.deepEqual(currentEngine(environment), {
      context: "lab",
      host: "tcp://10.0.0.5:2376",
      certificates,
      unchecked: true,
    });
  });

  it("may speak TLS by variables, with certificates in Docker's own folder or another", () => {
    Object.assign(environment, { DOCKER_HOST: "tcp://10.0.0.5:2376", DOCKER_TLS_VERIFY: "1" });
    assert.equal(currentEngine(environment).certificates, folder.path);
    environment["DOCKER_CERT_PATH"] = "/certificates";
    assert.deepEqual(currentEngine(environment), {
      context: "default",
      host: "tcp://10.0.0.5:2376",
      certificates: "/certificates",
    });
  });

  for (const [what, make, by] of [
    ["is not there", () => undefined, "config.json"],
    ["has no Engine", () => context("lost", undefined), "config.json"],
    ["is not there, by DOCKER_CONTEXT", () => Object.assign(environment, { DOCKER_CONTEXT: "lost" }), "DOCKER_CONTEXT"],
  ] as const) {
    it(`is refused by the name of its context where that ${what}`, () => {
      chosen("lost");
      make();
      assert.throws(() => currentEngine(environment), {
        message: `The Docker context lost, which ${by === "config.json" ? folder.at(by) : by} names, is not in ${folder.at("contexts")}: docker context ls shows those that are there, docker context use <name> chooses one.`,
      });
    });
  }

  it("is refused by the name of a file that is no JSON", () => {
    folder.write({ "config.json": "{" });
    assert.throws(() => currentEngine(environment), new RegExp(`^Error: ${folder.at("config.json")} is not JSON`));
  });
});

describe("a docker command without Docker's settings", () => {
  it("is led to the Engine by variables, whatever context another names", () => {
    assert.deepEqual(leadingTo({ context: "colima", host: "unix:///c.sock" }), {
      DOCKER_HOST: "unix:///c.sock",
      DOCKER_CONTEXT: undefined,
    });
    const lab = { context: "lab", host: "tcp://10.0.0.5:2376", certificates: "/c" };
    assert.deepEqual(leadingTo(lab), {
      DOCKER_HOST: "tcp://10.0.0.5:2376",
      DOCKER_CONTEXT: undefined,
      DOCKER_CERT_PATH: "/c",
      DOCKER_TLS_VERIFY: "1",
      DOCKER_TLS: undefined,
    });
    const unchecked = leadingTo({ ...lab, unchecked: true });
    assert.deepEqual([unchecked["DOCKER_TLS_VERIFY"], unchecked["DOCKER_TLS"]], [undefined, "1"]);
  });
});

describe("what the Docker provider is told", () => {
  it("is nothing of where Docker listens by default, as ever, and DOCKER_HOST as it is", () => {
    const here = { context: "default", host: "unix:///var/run/docker.sock" };
    assert.deepEqual(providerFor(here, {}), { host: undefined });
    assert.deepEqual(providerFor({ ...here, host: "unix:///x" }, { DOCKER_HOST: "unix:///x" }), { host: "unix:///x" });
  });

  it("is the address behind a context, which it would look for elsewhere, and the certificates", () => {
    const lab = { context: "lab", host: "tcp://10.0.0.5:2376", certificates: "/c" };
    assert.deepEqual(providerFor(lab, {}), { host: "tcp://10.0.0.5:2376", certificates: "/c" });
  });
});
