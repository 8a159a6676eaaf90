import assert from "node:assert/strict";
import { findContainer, inspectContainers, removeContainer, startContainer } from "../../docker/containers";
import { Engine } from "../../docker/engine";
import { inspectEngine } from "../../machine/engine";
import { Folder } from "../release/folder";
import { FakeEngine } from "./fakeEngine";

describe("a Docker Engine", () => {
  const folder = new Folder();
  after(() => folder.remove());

  it("at the end of a tunnel asks for no certificates, which somebody may have for another", () => {
    const environment = {
      DOCKER_HOST: "tcp://a",
      DOCKER_TLS_VERIFY: "1",
      DOCKER_CERT_PATH: "/c",
      DOCKER_TLS: "1",
      HOME: "/",
    };
    const { DOCKER_HOST: host, HOME: home, ...tls } = Engine.at("unix:///tunnel", environment).environment;
    assert.deepEqual([host, home], ["unix:///tunnel", "/"]);
    assert.deepEqual(Object.values(tls), [undefined, undefined, undefined]);
    assert.equal(Engine.at("unix:///tunnel", environment).socket, "/tunnel");
  });

  it("has a socket here where the docker command's way leads to one, and changes nothing of that way", () => {
    const environment = { DOCKER_CONFIG: folder.at("none"), DOCKER_HOST: "unix:///x.sock" };
    assert.equal(Engine.here(environment).socket, "/x.sock");
    assert.equal(Engine.here({ DOCKER_CONFIG: folder.at("none") }).socket, "/var/run/docker.sock");
    assert.deepEqual(Engine.here(environment).environment, environment);
  });

  it("is left to the docker command over TLS, over ssh, and where a context leads nowhere", () => {
    for (const host of ["tcp://10.0.0.5:2376", "ssh://deploy@shop.example.com"])
      assert.equal(Engine.here({ DOCKER_HOST: host }).socket, undefined);
    assert.equal(Engine.here({ DOCKER_CONFIG: folder.at("none"), DOCKER_CONTEXT: "nowhere" }).socket, undefined);
  });

  it("shows nothing of its environment where it is printed", () => {
    assert.equal(JSON.stringify({ engine: Engine.here({ TOKEN: "s3cret" }) }), '{"engine":"here"}');
  });

  it("is asked over its socket, and its refusals are told with what to do about them", async () => {
    const fake = await FakeEngine.start((asked) => {
      if (asked === "GET /containers/web/json") return { Id: "1" };
      if (asked.startsWith("DELETE /containers/gone")) return undefined;
      return undefined;
    });
    try {
      assert.deepEqual(await inspectContainers(fake.engine, ["web"]), [{ Id: "1" }]);
      assert.equal(await findContainer(fake.engine, "db"), undefined);
      await removeContainer(fake.engine, "gone", { volumes: true });
      await assert.rejects(startContainer(fake.engine, "db"), {
        message: "The Docker Engine does not start the container db: No such thing.",
      });
      assert.deepEqual(fake.asked, [
        "GET /containers/web/json",
        "GET /containers/db/json",
        "DELETE /containers/gone?force=true&v=true",
        "POST /containers/db/start",
      ]);
    } finally {
      fake.stop();
    }
  });
});

describe("a look at an Engine", () => {
  const listed = {
    Id: "1",
    Names: ["/shop-staging-edge-proxy-1a2b3c4"],
    Image: "haproxy",
    State: "running",
    Labels: {
      "slipway.project": "shop",
      "slipway.stage": "staging",
      "slipway.definition": "abc",
      "slipway.role": "edge",
    },
    Ports: [
      { IP: "0.0.0.0", PublicPort: 8080, Type: "tcp" },
      { IP: "::", PublicPort: 8080, Type: "tcp" },
      { Type: "tcp" },
    ],
    Mounts: [],
    NetworkSettings: { Networks: {} },
  };
  const stopped = { ...listed, Id: "2", Names: ["/shop-staging-edge-proxy-0a1b2c3"], State: "exited", Ports: [] };

  it("finds its platform, volumes, ports and holders, and whose they are", async () => {
    const volumes = [
      { Name: "data", Labels: { "slipway.project": "shop", "slipway.stage": "staging" } },
      { Name: "other", Labels: null },
    ];
    const fake = await FakeEngine.start((asked) => {
      if (asked === "GET /version") return { Os: "linux", Arch: "arm64" };
      return asked === "GET /volumes" ? { Volumes: volumes } : [listed, stopped];
    });
    try {
      const { platform, volumes: found, ports, holders, edges } = await inspectEngine(fake.engine, "this machine");
      assert.equal(platform, "linux/arm64");
      assert.deepEqual(
        [...found],
        [
          ["data", "shop/staging"],
          ["other", undefined],
        ],
      );
      assert.deepEqual([...ports], [["8080/tcp", { name: "shop-staging-edge-proxy-1a2b3c4", stage: "shop/staging" }]]);
      assert.deepEqual([...edges], [["shop/staging", "abc"]]);
      assert.deepEqual(
        holders.get("shop/staging")?.map(({ name, isRunning }) => [name, isRunning]),
        [
          ["shop-staging-edge-proxy-0a1b2c3", false],
          ["shop-staging-edge-proxy-1a2b3c4", true],
        ],
      );
    } finally {
      fake.stop();
    }
  });

  it("says what is missing: the docker command, or an Engine", async () => {
    const folder = new Folder();
    const at = `unix://${folder.at("engine.sock")}`;
    try {
      await assert.rejects(inspectEngine(Engine.at(at, { PATH: folder.at("none") }), "this machine"), {
        message: "The docker command is not on PATH: install Docker (https://docs.docker.com/engine/install/).",
      });
      await assert.rejects(inspectEngine(Engine.at(at), "this machine"), {
        message: `The Docker Engine of this machine does not answer (Cannot connect to the Docker daemon at ${at}. Is the docker daemon running?): start it, then run the command again.`,
      });
    } finally {
      folder.remove();
    }
  });
});
