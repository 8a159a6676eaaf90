import assert from "node:assert/strict";
import { join } from "node:path";
import { containers, docker, ids, services } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, refuses, succeeds, upAndClean } from "./expect";
import { freePorts } from "./ports";
import { Project } from "./project";
import { Visitor } from "./visitor";

onTellingEngine("what images bring by themselves", (kind) => {
  inOrder();

  let project: Project;
  let url: string;

  const change = async (path: string, from: string, to: string): Promise<void> => {
    project.edit(path, from, to);
    await project.commit(`From ${from} to ${to}`);
  };
  const mountsOf = async (stage: string, service: string): Promise<string[]> => {
    const { Mounts = [] } = (await services(project.name, stage))[service] ?? {};
    return Mounts.map(({ Type, Name, Destination }) => `${Type} ${Name} ${Destination}`).sort();
  };
  /** When a container was started, in milliseconds since 1970. */
  const startOf = async (service: string): Promise<number> => {
    const { Id = "" } = (await services(project.name, "staging"))[service] ?? {};
    return Date.parse(await docker("inspect", "--format", "{{.State.StartedAt}}", Id));
  };

  before(async () => {
    project = await Project.create(kind, "brought", join(__dirname, "fixtures", "brought"));
    // An image that no registry has, so that what it brings cannot be seen in a plan before it was pushed.
    await docker("build", "--quiet", "--tag", "local/checked:1", join(project.folder, "web"));
    const [web, production] = await freePorts(2);
    url = `http://127.0.0.1:${web}/`;
    const registry = await project.sharedRegistry();
    await project.stage("staging", { compose: "compose.yaml", registry, env: { WEB_PORT: web }, watch: 3 });
    await project.stage("production", { promoteFrom: "staging", registry, env: { WEB_PORT: production } });
    for (const stage of ["staging", "production"]) await project.logIn(stage);
  });

  after(async () => {
    await project?.dispose();
    await docker("image", "rm", "--force", "local/checked:1");
  });

  it("is told before anything changes where a part of a health check is changed whose rest nobody can see", async () => {
    await refuses(
      project,
      "staging",
      /services\.faster\.healthcheck: changes the health check of its image local\/checked:1, which cannot be looked at from here: write healthcheck\.test for it as well/,
    );
    await change("compose.yaml", "local/checked:1", "redis:7");
    await change(
      "compose.yaml",
      "    healthcheck: { interval: 1s }\n",
      "    healthcheck: { interval: 1s }\n    tmpfs: /data\n",
    );
  });

  it("is one image, in however many ways it is written", async () => {
    const preview = await succeeds(project.engine.preview("staging"));
    assert.match(
      preview.text,
      /The volume of the service store at \/extra has no name: the stage keeps it as \S+_store-extra-\w{8}, and stops store/,
    );
    assert.match(
      preview.text,
      /The image of the service store keeps data at \/data, where the service mounts nothing: the stage keeps it as /,
    );
    assert.doesNotMatch(preview.text, /service (cache|other|faster) keeps data/);
    await upAndClean(project.engine, "staging");
    const { images = {} } = (await project.engine.outputs("staging")).release ?? {};
    for (const service of ["cache", "other", "faster"]) assert.deepEqual(images[service], images["store"]);
    assert.deepEqual(images["unchecked"], images["web"]);
  });

  it("is a health check that those wait for that say so, and that may be switched off", async () => {
    // For its first five seconds web answers no health check.
    const later = (await startOf("waiting")) - (await startOf("web"));
    assert.ok(later >= 5000, `waiting began ${later} ms after web`);
    const all = await services(project.name, "staging");
    assert.equal(all["web"]?.State.Health?.Status, "healthy");
    // What an image has no check for, a part of one makes none.
    for (const service of ["unchecked", "faster", "store"])
      assert.equal(all[service]?.State.Health, undefined, service);
  });

  it("is a health check that the cutover waits for: no visitor meets a container that is still starting", async () => {
    const visitor = new Visitor(url, 50);
    await change(
      "compose.yaml",
      "EDITION: first }\n    stop_grace_period: 2s",
      "EDITION: second }\n    stop_grace_period: 2s",
    );
    const { text } = await succeeds(project.engine.up("staging"));
    const { requests, failures } = await visitor.leave();
    assert.match(text, /waiting for web to become healthy/);
    assert.ok(requests > 50, `${requests} requests only`);
    assert.deepEqual(failures, []);
    assert.equal(await (await fetch(url)).text(), "second\n");
  });

  it("is a health check whose failure leaves the old container serving", async () => {
    const visitor = new Visitor(url, 50);
    await change("web/server.mjs", "? 503 : 200", "? 503 : 500");
    await change("web/Dockerfile", "--retries=30", "--retries=2");
    const before = await ids(project.name, "staging");
    const update = await project.engine.up("staging");
    const { failures } = await visitor.leave();
    assert.ok(!update.ok, update.text);
    assert.match(update.text, /The service web is not well: its health check failed [23] times in a row/);
    assert.deepEqual(failures, []);
    const still = (await containers(project.name, "staging")).map(({ Id }) => Id);
    assert.ok(still.includes(before["web"] ?? "none"), "the old container is gone");
    await change("web/server.mjs", "? 503 : 500", "? 503 : 200");
    await change("web/Dockerfile", "--retries=2", "--retries=30");
    await upAndClean(project.engine, "staging");
  });

  it("are volumes that keep what is on them when their container is replaced", async () => {
    const before = await mountsOf("staging", "store");
    assert.equal(before.length, 2);
    for (const mount of before) assert.match(mount, new RegExp(`^volume ${project.name}-staging_store-\\w+-\\w{8} /`));
    const { Id = "" } = (await services(project.name, "staging"))["store"] ?? {};
    await docker("exec", Id, "sh", "-c", "echo kept >/extra/mark; echo kept >/data/mark");
    await change(
      "compose.yaml",
      "environment: { EDITION: first }\n    stop_grace_period: 5s",
      "environment: { EDITION: second }\n    stop_grace_period: 5s",
    );
    const preview = await succeeds(project.engine.preview("staging"));
    assert.ok(preview.changes.some(({ kind, name }) => kind === "replace" && name.endsWith("-store")));
    await upAndClean(project.engine, "staging");
    const { Id: now = "" } = (await services(project.name, "staging"))["store"] ?? {};
    assert.notEqual(now, Id);
    assert.deepEqual(await mountsOf("staging", "store"), before);
    assert.equal(await docker("exec", now, "cat", "/extra/mark", "/data/mark"), "kept\nkept");
    for (const service of ["cache", "other", "faster"]) {
      assert.deepEqual(
        (await mountsOf("staging", service)).filter((mount) => mount.startsWith("volume")),
        [],
        service,
      );
    }
  });

  it("are volumes that a promoted stage sees in the release, saves, and finds again", async () => {
    await upAndClean(project.engine, "production");
    const { Id = "" } = (await services(project.name, "production"))["store"] ?? {};
    await docker("exec", Id, "sh", "-c", "echo kept >/data/mark");
    await change(
      "compose.yaml",
      "EDITION: second }\n    stop_grace_period: 5s",
      "EDITION: third }\n    stop_grace_period: 5s",
    );
    await succeeds(project.engine.up("staging"));
    const { text } = await succeeds(project.engine.preview("production"));
    assert.match(text, /Changed: store\. Backed up before: store\. Stopped first, so down for a moment: store\./);
    await succeeds(project.engine.up("production"));
    await succeeds(project.engine.destroy("production"));
    await upAndClean(project.engine, "production");
    const { Id: now = "" } = (await services(project.name, "production"))["store"] ?? {};
    assert.equal(await docker("exec", now, "cat", "/data/mark"), "kept");
  });

  it("are volumes of an image that is built, which are refused with the line to write before a container is made", async () => {
    const before = await ids(project.name, "staging");
    await change("web/Dockerfile", 'CMD ["node", "server.mjs"]', 'VOLUME /kept\nCMD ["node", "server.mjs"]');
    const update = await project.engine.up("staging");
    assert.ok(!update.ok, update.text);
    assert.match(
      update.text,
      /The image of the service web keeps data at \/kept \(its VOLUME\), where the service mounts nothing, so that they would be lost with each container: write volumes: \[data:\/kept\] for it, or tmpfs: \[\/kept\] where they may be lost\./,
    );
    assert.deepEqual(await ids(project.name, "staging"), before);
    await change(
      "compose.yaml",
      "    environment: { EDITION: none }",
      "    tmpfs: /kept\n    environment: { EDITION: none }",
    );
    await change("compose.yaml", "    build: ./web\n    ports:", "    build: ./web\n    tmpfs: /kept\n    ports:");
    await upAndClean(project.engine, "staging");
  });

  it("leave no volume without a name behind", async () => {
    const all = await containers(project.name);
    const anonymous = all.flatMap(({ Name, Mounts }) =>
      Mounts.filter(({ Name: volume }) => /^[0-9a-f]{64}$/.test(volume ?? "")).map(
        ({ Destination }) => `${Name} ${Destination}`,
      ),
    );
    assert.deepEqual(anonymous, []);
  });
});
