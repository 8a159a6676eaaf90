import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { ids, services } from "./docker";
import { onEachEngine, onTellingEngine } from "./engines";
import { inOrder, refuses, succeeds, upAndClean } from "./expect";
import { places } from "./secrets";
import { Small } from "./small";
import { transformed } from "./transformed";

// What planning refuses, sentence by sentence, is in tests/plan/refusals.spec.ts; what each transformation makes of a resource, in
// tests/components/guardrails.spec.ts.

onEachEngine("what planning refuses", (kind) => {
  let small: Small;

  before(async () => {
    small = await Small.open(kind);
  });

  after(async () => {
    await small?.project.dispose();
  });

  it("ends an update with one sentence, and before anything changes, where a release is taken over", async () => {
    await small.edited("app/server.mjs", "1000", "2000", () => succeeds(small.project.engine.up("staging")).then());
    const dirty = await small.release("staging");
    assert.match(dirty, /-dirty$/);
    await refuses(small.project, "production", new RegExp(`The release ${dirty} was built from uncommitted files`));
  });

  it("ends an update and a preview so where one is built", async () => {
    await small.edited("compose.yaml", "stop_grace_period", "pid: host\n    stop_grace_period", async () => {
      const says = /compose\.yaml:\d+:\d+: services\.app\.pid/;
      await refuses(small.project, "staging", says);
      const { ok, text } = await small.project.engine.preview("staging");
      assert.ok(!ok, text);
      assert.match(text, says);
    });
  });

  it("ends both so where a compose file names what lies outside of the work tree, by a committed link", async () => {
    const { project } = small;
    symlinkSync("/etc/hosts", join(project.folder, "linked.env"));
    await project.commit("Link to the machine's own");
    await small.edited("compose.yaml", "stop_grace_period", "env_file: [linked.env]\n    stop_grace_period", () =>
      refuses(project, "staging", /linked\.env leads to \/etc\/hosts, outside of the git work tree/),
    );
  });
});

onTellingEngine("what is refused by what an engine or a machine knows", (kind) => {
  inOrder();

  let small: Small;
  const project = (): Small["project"] => small.project;
  const engine = (): Small["project"]["engine"] => small.project.engine;

  before(async () => {
    small = await Small.open(kind);
  });

  after(async () => {
    await small?.project.dispose();
  });

  it("is a stage to promote from that has no release yet", async () => {
    await refuses(
      project(),
      "production",
      /The stage staging has no release yet: bring it up first, with pulumi up -s staging/,
    );
  });

  it("is nothing where a registry asks for a login and gets it", async () => {
    await succeeds(engine().up("staging"));
    await upAndClean(engine(), "production");
    assert.equal(await small.release("production"), await small.release("staging"));
    const [staging, production] = [
      await services(project().name, "staging"),
      await services(project().name, "production"),
    ];
    assert.equal(staging["app"]?.Config.Image, production["app"]?.Config.Image);
    assert.deepEqual(await places(project(), { "the registry's password": project().guarded?.password ?? "" }), []);
  });

  it("is a volume that is another stage's", async () => {
    const before = await ids(project().name, "production");
    project().write("compose.production.yaml", `volumes:\n  data:\n    name: ${project().name}-staging_data\n`);
    await small.set("production", "overlay", "compose.production.yaml", () =>
      refuses(project(), "production", new RegExp(`belongs to the stage ${project().name}/staging`)),
    );
    assert.deepEqual(await ids(project().name, "production"), before);
  });

  const changed = (type: string, props: string, opts: string, work: () => Promise<void>): Promise<void> =>
    transformed(project(), { type, props, opts }, work);
  const container = "docker:index/container:Container";

  it("is a program that lets a data volume go", () =>
    changed("docker:index/volume:Volume", "props", "{ ...opts, retainOnDelete: false }", () =>
      refuses(project(), "production", /is a data volume that is declared without retainOnDelete/),
    ));

  it("is a program that runs an image by a tag", () =>
    changed(container, '{ ...props, image: "redis:7" }', "opts", () =>
      refuses(project(), "production", /runs the image redis:7, which is not named by a digest/),
    ));

  it("is nothing where a program changes what it may", () =>
    changed(container, "{ ...props, memory: 256 }", "opts", async () => {
      await succeeds(engine().preview("production"));
    }));

  it("and production still runs what it ran", async () => {
    const before = await ids(project().name, "production");
    await small.set("production", "release", await small.release("production"), async () => {
      await succeeds(engine().up("production"));
    });
    assert.deepEqual(await ids(project().name, "production"), before);
  });
});
