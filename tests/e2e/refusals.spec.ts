import assert from "node:assert/strict";
import { ids, services } from "./docker";
import { onTellingEngine } from "./engines";
import { refuses, succeeds, upAndClean } from "./expect";
import { places } from "./secrets";
import { Small } from "./small";
import { transformed } from "./transformed";

onTellingEngine("what is refused, with one sentence and before anything changes", (kind) => {
  let small: Small;
  const project = (): Small["project"] => small.project;
  const engine = (): Small["project"]["engine"] => small.project.engine;
  let first = "none";

  before(async () => {
    small = await Small.open(kind, "alone");
  });

  after(async () => {
    await small?.project.dispose();
  });

  it("a stage to promote from that has no release yet", async () => {
    await refuses(
      project(),
      "production",
      /The stage staging has no release yet: bring it up first, with pulumi up -s staging/,
    );
  });

  it("nothing where a registry asks for a login and gets it", async () => {
    await succeeds(engine().up("staging"));
    await upAndClean(engine(), "production");
    first = await small.release("production");
    assert.equal(first, await small.release("staging"));
    const [staging, production] = [
      await services(project().name, "staging"),
      await services(project().name, "production"),
    ];
    assert.equal(staging["app"]?.Config.Image, production["app"]?.Config.Image);
    assert.deepEqual(await places(project(), { "the registry's password": project().guarded?.password ?? "" }), []);
  });

  it("a wrong password of the registry", async () => {
    await engine().setConfig("production", "registry.password", "another", { secret: true });
    await refuses(project(), "production", /does not let the user given/);
    await project().logIn("production");
  });

  it("a stage to promote from that is not there", async () => {
    await engine().setConfig("production", "promoteFrom", "stagin");
    await refuses(project(), "production", /slipway:promoteFrom is stagin, .*: did you mean staging\?/);
    await engine().setConfig("production", "promoteFrom", "staging");
  });

  it("a release that the ledger does not hold, naming the nearest", async () => {
    const mistyped = first.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    await small.set("production", "release", mistyped, () =>
      refuses(
        project(),
        "production",
        new RegExp(`holds no release ${mistyped} as verified; did you mean ${first}\\?`),
      ),
    );
  });

  it("a setting that there is not", async () => {
    await small.set("production", "promotefrom", "staging", () =>
      refuses(project(), "production", /slipway:promotefrom is not a setting: did you mean promoteFrom\?/),
    );
  });

  it("an overlay that names a service which the release lacks", async () => {
    project().write("compose.production.yaml", "services:\n  apq:\n    environment: { A: b }\n");
    await small.set("production", "overlay", "compose.production.yaml", () =>
      refuses(
        project(),
        "production",
        /The overlay compose.production.yaml names the service apq, which the release lacks/,
      ),
    );
  });

  it("an overlay that changes an image", async () => {
    project().write("compose.production.yaml", "services:\n  app:\n    image: redis:7\n");
    await small.set("production", "overlay", "compose.production.yaml", () =>
      refuses(project(), "production", /The overlay compose.production.yaml changes image of the service app/),
    );
  });

  it("a volume that is another stage's", async () => {
    project().write("compose.production.yaml", `volumes:\n  data:\n    name: ${project().name}-staging_data\n`);
    await small.set("production", "overlay", "compose.production.yaml", () =>
      refuses(project(), "production", new RegExp(`belongs to the stage ${project().name}/staging`)),
    );
  });

  it("a network that is named after another stage", async () => {
    const other = `${project().name}-staging_front`;
    project().write(
      "compose.production.yaml",
      `services:\n  app:\n    networks: [front]\nnetworks:\n  front: { external: true, name: ${other} }\n`,
    );
    await small.set("production", "overlay", "compose.production.yaml", () =>
      refuses(project(), "production", new RegExp(`uses the network ${other}, which is named after the stage staging`)),
    );
  });

  it("a database that is published beyond this machine's own addresses", async () => {
    project().write("compose.production.yaml", 'services:\n  app:\n    ports: ["15432:5432"]\n');
    await small.set("production", "overlay", "compose.production.yaml", () =>
      refuses(project(), "production", /publishes the port 15432 of a database .*: write "127\.0\.0\.1:15432:5432"/),
    );
  });

  it("a volume with another stage's behind it", async () => {
    const other = `${project().name}-staging_data`;
    const options = `{ type: none, o: bind, device: /var/lib/docker/volumes/${other}/_data }`;
    project().write("compose.production.yaml", `volumes:\n  data:\n    driver_opts: ${options}\n`);
    await small.set("production", "overlay", "compose.production.yaml", () =>
      refuses(project(), "production", new RegExp(`uses the volume ${other}, which is named after the stage staging`)),
    );
  });

  it("nothing of a port on loopback, and of a network of the stage's own", async () => {
    const ports = "services:\n  app:\n    ports: ['127.0.0.1:15432:5432']\n    networks: [staging]\n";
    project().write("compose.production.yaml", `${ports}networks:\n  staging:\n`);
    await small.set("production", "overlay", "compose.production.yaml", async () => {
      await succeeds(engine().preview("production"));
    });
  });

  const changed = (type: string, props: string, opts: string, work: () => Promise<void>): Promise<void> =>
    transformed(project(), { type, props, opts }, work);
  const container = "docker:index/container:Container";

  it("a program that lets a data volume go", () =>
    changed("docker:index/volume:Volume", "props", "{ ...opts, retainOnDelete: false }", () =>
      refuses(project(), "production", /is a data volume that is declared without retainOnDelete/),
    ));

  it("a program that runs an image by a tag", () =>
    changed(container, '{ ...props, image: "redis:7" }', "opts", () =>
      refuses(project(), "production", /runs the image redis:7, which is not named by a digest/),
    ));

  it("a program that publishes what no file names", () =>
    changed(container, "{ ...props, ports: [{ internal: 9000, external: 19000 }] }", "opts", () =>
      refuses(
        project(),
        "production",
        /listens on port 19000, which neither the compose file nor the overlay publishes/,
      ),
    ));

  it("a program that puts what runs on the machine's own network", () =>
    changed(container, '{ ...props, networkMode: "host" }', "opts", () =>
      refuses(project(), "production", /is on the machine's own network, where everything that it listens on is open/),
    ));

  it("a program that builds where a release is taken over, and not where it is built", () =>
    changed("command:local:Command", '{ ...props, update: "docker build ." }', "opts", async () => {
      await refuses(project(), "production", /runs a build, and this stage takes a verified release over/);
      await succeeds(engine().preview("staging"));
    }));

  it("nothing where a program changes what it may", () =>
    changed(container, "{ ...props, memory: 256 }", "opts", async () => {
      await succeeds(engine().preview("production"));
    }));

  it("a build argument that is filled from the stage", async () => {
    await small.edited("compose.yaml", "${FLAVOUR:-plain}", "${SLIPWAY_STAGE}", () =>
      refuses(
        project(),
        "staging",
        /The build of the service app takes args\.FLAVOUR from \$\{SLIPWAY_STAGE\}, which is another one in each stage/,
      ),
    );
  });

  it("a build argument that differs between stages, where it is built and where it is taken over", async () => {
    await small.set("production", "env.FLAVOUR", "sweet", async () => {
      await refuses(
        project(),
        "staging",
        /takes args\.FLAVOUR from \$\{FLAVOUR\}, which is not set in this stage and "sweet" in production/,
      );
      await refuses(
        project(),
        "production",
        /build argument FLAVOUR of the service app "plain", and this stage has it "sweet"/,
      );
    });
  });

  it("a platform that the machine does not run", async () => {
    await small.edited("compose.yaml", "stop_grace_period", "platform: linux/s390x\n    stop_grace_period", () =>
      refuses(
        project(),
        "staging",
        /The service app asks for the platform linux\/s390x, and this stage's machine is linux\//,
      ),
    );
  });

  it("a compose key that is not honoured, with its place", async () => {
    await small.edited("compose.yaml", "stop_grace_period", "container_name: mine\n    stop_grace_period", () =>
      refuses(project(), "staging", /compose\.yaml:\d+:\d+: services\.app\.container_name/),
    );
  });

  it("a registry that does not answer", async () => {
    await project().guarded?.stop();
    try {
      await refuses(project(), "production", /Nothing answers at registry 127\.0\.0\.1:\d+/);
    } finally {
      await project().guarded?.resume();
    }
  });

  it("uncommitted files in a release, unless they are allowed", async () => {
    await small.edited("app/server.mjs", "1000", "2000", () => succeeds(engine().up("staging")).then());
    const dirty = await small.release("staging");
    assert.match(dirty, /-dirty$/);
    await refuses(project(), "production", new RegExp(`The release ${dirty} was built from uncommitted files`));
    await small.set("production", "allowDirty", "true", () => succeeds(engine().up("production")).then());
    assert.equal(await small.release("production"), dirty);
  });

  it("nothing once the files are committed", async () => {
    await small.another("committed");
    await succeeds(engine().up("staging"));
    await succeeds(engine().up("production"));
    assert.doesNotMatch(await small.release("production"), /dirty/);
    assert.equal(await small.release("production"), await small.release("staging"));
  });

  it("a digest that is gone from the registry", async () => {
    project().edit("app/server.mjs", "1000", "3000");
    await project().commit("Wait longer");
    await succeeds(engine().up("staging"));
    const digest = (await engine().outputs("staging")).release?.images["app"]?.digest ?? "none";
    const deleted = await project().guarded?.request(`${project().name}/app/manifests/${digest}`, { method: "DELETE" });
    assert.equal(deleted?.status, 202);
    await refuses(project(), "production", new RegExp(`digest ${digest} of service app is not in the registry`));
  });

  it("and production still runs what it ran", async () => {
    const before = await ids(project().name, "production");
    await small.set("production", "release", await small.release("production"), async () => {
      assert.equal((await succeeds(engine().up("production"))).ok, true);
    });
    assert.deepEqual(await ids(project().name, "production"), before);
  });
});
