import assert from "node:assert/strict";
import { docker, ids, services, type Container } from "./docker";
import type { Outputs } from "./engine";
import { onEachEngine } from "./engines";
import { inOrder, succeeds, touched, upAndClean } from "./expect";
import { places, ProcessWatch } from "./secrets";
import { Shop } from "./shop";

const everyService = ["cache", "counter", "line", "web"];

onEachEngine("from staging to production and back", (kind) => {
  inOrder();

  let shop: Shop;
  let watch: ProcessWatch;
  /** The releases in the order in which they were made. */
  const made: string[] = [];
  /** The digest of the web service in each of them. */
  const digests: string[] = [];

  const project = (): Shop["project"] => shop.project;
  const outputs = (stage: string): Promise<Partial<Outputs>> => project().engine.outputs(stage);
  const running = (stage: string): Promise<Record<string, Container>> => services(project().name, stage);
  const remember = async (): Promise<void> => {
    const { release } = await outputs("staging");
    made.push(release?.name ?? "none");
    digests.push(release?.images["web"]?.digest ?? "none");
  };
  const releaseOf = async (stage: string): Promise<string> => (await outputs(stage)).release?.name ?? "none";

  before(async () => {
    shop = await Shop.open(kind, "own");
    watch = new ProcessWatch(shop.secrets);
  });

  after(async () => {
    watch?.stop();
    await shop?.project.dispose();
  });

  it("brings staging up from nothing and serves the page through the edge", async () => {
    await upAndClean(project().engine, "staging");
    const told = await outputs("staging");
    await remember();
    const commit = (await project().git("rev-parse", "--short", "HEAD")).trim();
    assert.match(made[0] ?? "", new RegExp(`^v${commit}-\\d{8}-\\d{6}$`));
    assert.equal(told.url, `http://localhost:${shop.port("staging").web}`);
    assert.deepEqual(Object.keys(told.release?.images ?? {}).sort(), everyService);
    assert.equal(told.promotion, undefined);

    const page = await shop.visit("staging");
    assert.equal(page.header, made[0]);
    assert.deepEqual([page.stage, page.greeting, page.overlay, page.visits], ["staging", "good morning", "none", 1]);
    assert.equal(await shop.line("staging"), "line 1");
    await shop.note("first update of staging", "staging");
    assert.deepEqual(await project().releases(), made);
  });

  it("gives the services everything that the compose file says", async () => {
    const page = await shop.look("staging");
    assert.deepEqual(page.arguments, ["--edition=first"]);
    assert.deepEqual([page.window, ...page.pages], ["flowers", "welcome", "below"]);
    assert.equal(page.token, shop.hash("staging API_TOKEN"));
    assert.equal(page.safe, shop.hash("staging SAFE_CODE"));
    assert.equal(page.key, shop.hash("key"));
    assert.equal(page.cache, "+PONG");

    const { web, counter, line } = await running("staging");
    assert.equal(web?.HostConfig.ReadonlyRootfs, true);
    assert.deepEqual(web?.HostConfig.SecurityOpt, ["no-new-privileges:true"]);
    assert.equal(web?.HostConfig.RestartPolicy.Name, "unless-stopped");
    assert.deepEqual(web?.HostConfig.LogConfig, { Type: "json-file", Config: { "max-file": "3", "max-size": "10m" } });
    assert.deepEqual(web?.HostConfig.PortBindings ?? {}, {}, "the edge holds the HTTP port");
    assert.deepEqual(line?.HostConfig.PortBindings, {
      "7000/tcp": [{ HostIp: "127.0.0.1", HostPort: String(shop.port("staging").line) }],
    });
    const [back] = Object.keys(counter?.NetworkSettings.Networks ?? {}).filter((name) => name.includes("-back"));
    assert.equal(await docker("network", "inspect", "--format", "{{.Internal}}", back ?? ""), "true");
    assert.ok(counter?.Mounts.some(({ Name, RW }) => Name === `${project().name}-staging_data` && RW));
  });

  it("changes nothing in a second update", async () => {
    const before = await ids(project().name, "staging");
    const preview = await succeeds(project().engine.preview("staging"));
    assert.deepEqual(preview.changes, []);
    // What the machine shows was looked at behind the first one, and this one leaves it so.
    const { changes, text } = await succeeds(project().engine.up("staging"));
    assert.equal(changes, 0, text);
    assert.deepEqual(await ids(project().name, "staging"), before);
    assert.equal(await releaseOf("staging"), made[0]);
    assert.deepEqual(await project().releases(), made);
  });

  it("promotes the very same digests to production, as the preview said", async () => {
    const preview = await succeeds(project().engine.preview("production"));
    const first = { from: null, to: made[0], changed: everyService, unchanged: [] };
    assert.deepEqual(preview.outputs.promotion, first);
    assert.match(preview.text, new RegExp(`First release: ${made[0]}`));
    assert.deepEqual(
      preview.changes.filter(({ name }) => /-build$|-copy$/.test(name)),
      [],
      "a promotion builds nothing",
    );

    const { text } = await upAndClean(project().engine, "production");
    assert.doesNotMatch(text, /building|pushing|copying/);
    const [staging, production] = [await running("staging"), await running("production")];
    assert.deepEqual(Object.keys(production).sort(), everyService);
    for (const service of everyService) {
      assert.equal(production[service]?.Image, staging[service]?.Image, service);
      assert.equal(production[service]?.Config.Image, staging[service]?.Config.Image, service);
      assert.match(production[service]?.Config.Image ?? "", /@sha256:[0-9a-f]{64}$/);
    }
    const told = await outputs("production");
    assert.deepEqual(told.promotion, first);
    assert.deepEqual(told.release, (await outputs("staging")).release);
    await shop.note("promotion", "production");
  });

  it("gives production its own settings and overlay, and its own data", async () => {
    const page = await shop.visit("production");
    assert.equal(page.header, made[0]);
    assert.deepEqual([page.stage, page.overlay, page.visits], ["production", "production", 1]);
    assert.equal(page.token, shop.hash("production API_TOKEN"));
    assert.equal(page.safe, shop.hash("production SAFE_CODE"));
    assert.equal((await running("production"))["web"]?.HostConfig.Memory, 96 << 20);
    assert.equal((await running("staging"))["web"]?.HostConfig.Memory, 0);
  });

  it("says the same of the promotion when there is nothing to do", async () => {
    const told = await outputs("production");
    const { changes, text } = await succeeds(project().engine.up("production"));
    assert.equal(changes, 0, text);
    assert.deepEqual(await outputs("production"), told);
  });

  it("lets no secret be found anywhere", async () => {
    const { engine } = project();
    // A changed secret is what a preview would show, if it showed any.
    await engine.setConfig("staging", "env.SAFE_CODE", shop.secret("production SAFE_CODE"), { secret: true });
    await engine.setConfig("staging", "env.API_TOKEN", shop.secret("production API_TOKEN"), { secret: true });
    assert.deepEqual(touched(await succeeds(engine.preview("staging")), project(), "staging"), [
      "counter",
      "counter-files-carrier",
      "web",
    ]);
    await engine.refreshPreview("staging");
    await engine.setConfig("staging", "env.SAFE_CODE", shop.secret("staging SAFE_CODE"), { secret: true });
    await engine.setConfig("staging", "env.API_TOKEN", shop.secret("staging API_TOKEN"), { secret: true });
    for (const stage of ["staging", "production"]) {
      await outputs(stage);
      await engine.history(stage);
    }
    const found = await places(project(), shop.secrets);
    // What a service takes in its environment is there to be seen by whoever may use the Docker Engine.
    const expected = (place: string): boolean => /API_TOKEN in docker inspect of container \/[^ ]*-web-/.test(place);
    assert.deepEqual(
      found.filter((place) => !expected(place)),
      [],
    );
    assert.equal(found.filter(expected).length, 2);
    assert.deepEqual(watch.stop(), []);
  });

  it("touches only the service whose code changed, in both stages", async () => {
    const { engine, name } = project();
    const before = { staging: await ids(name, "staging"), production: await ids(name, "production") };
    project().edit("web/server.mjs", "web 1", "web 2");
    await project().commit("Change the window");
    assert.deepEqual(touched(await succeeds(engine.preview("staging")), project(), "staging"), ["web"]);
    const { text } = await succeeds(engine.up("staging"));
    assert.match(text, /building web/);
    assert.doesNotMatch(text, /building (counter|line)|pushing [^ ]*\/(counter|line)|copying/);
    await remember();
    const page = await shop.look("staging");
    assert.deepEqual([page.version, page.header, page.visits], ["web 2", made[1], 1]);
    assert.equal((await shop.look("production")).version, "web 1");

    const preview = await succeeds(engine.preview("production"));
    const promotion = { from: made[0], to: made[1], changed: ["web"], unchanged: ["cache", "counter", "line"] };
    assert.deepEqual(touched(preview, project(), "production"), ["web"]);
    assert.deepEqual(preview.outputs.promotion, promotion);
    assert.match(preview.text, new RegExp(`Promotion from ${made[0]} to ${made[1]}\\. Changed: web\\.`));
    await upAndClean(engine, "production");
    assert.deepEqual((await outputs("production")).promotion, promotion);
    assert.deepEqual([(await shop.look("production")).version, (await shop.look("production")).visits], ["web 2", 1]);
    await shop.note("promotion of one changed service", "production");

    for (const stage of ["staging", "production"] as const) {
      const { web: was, ...othersBefore } = before[stage];
      const { web: is, ...others } = await ids(name, stage);
      assert.deepEqual(others, othersBefore);
      assert.notEqual(is, was);
    }
  });

  it("makes a release of a changed compose file alone, and promotes it", async () => {
    const { engine } = project();
    project().edit("compose.yaml", "good morning", "good evening");
    project().edit("compose.yaml", "--edition=first", "--edition=second");
    await project().commit("Greet in the evening");
    const { text } = await succeeds(engine.up("staging"));
    assert.doesNotMatch(text, /building|pushing|copying/);
    await remember();
    assert.equal((await shop.look("staging")).greeting, "good evening");
    await succeeds(engine.up("production"));
    const page = await shop.look("production");
    assert.deepEqual([page.greeting, page.arguments, page.header], ["good evening", ["--edition=second"], made[2]]);
    const [second, third] = [(await running("staging"))["web"], (await running("production"))["web"]];
    assert.equal(second?.Image, third?.Image);
    assert.deepEqual((await outputs("production")).promotion?.changed, ["web"]);
  });

  it("rolls back to a pinned release: images, arguments and environment, without asking staging", async () => {
    const { engine, name } = project();
    const before = await ids(name, "production");
    await engine.setConfig("production", "release", made[0] ?? "");
    await engine.hiding("staging", async () => {
      const preview = await succeeds(engine.preview("production"));
      assert.deepEqual(touched(preview, project(), "production"), ["web"]);
      assert.match(preview.text, new RegExp(`Rollback from ${made[2]} to ${made[0]}\\. Changed: web\\.`));
      await upAndClean(engine, "production");
    });
    const page = await shop.look("production");
    assert.deepEqual(
      [page.version, page.greeting, page.arguments, page.header, page.visits],
      ["web 1", "good morning", ["--edition=first"], made[0], 1],
    );
    const { web: _was, ...othersBefore } = before;
    const { web: _is, ...others } = await ids(name, "production");
    assert.deepEqual(others, othersBefore);
    const rolledBack = { from: made[2], to: made[0], changed: ["web"], unchanged: ["cache", "counter", "line"] };
    assert.deepEqual((await outputs("production")).promotion, rolledBack);
    assert.equal((await succeeds(engine.up("production"))).changes, 0);
    assert.deepEqual((await outputs("production")).promotion, rolledBack);
    const [latest] = await engine.history("production");
    assert.equal(latest?.config["slipway:release"], made[0]);
    await shop.note("rollback", "production");
  });

  it("follows staging again once the pin is gone", async () => {
    const { engine } = project();
    await engine.removeConfig("production", "release");
    await succeeds(engine.up("production"));
    const page = await shop.look("production");
    assert.deepEqual([page.version, page.greeting, page.header], ["web 2", "good evening", made[2]]);
    assert.deepEqual((await outputs("production")).promotion?.from, made[0]);
    await shop.note("update after the pin", "production");
  });

  it("builds nothing for content that was built before", async () => {
    const { engine } = project();
    const first = (await running("staging"))["web"]?.Config.Image;
    project().edit("web/server.mjs", "web 2", "web 1");
    await project().commit("Change the window back");
    const { text } = await succeeds(engine.up("staging"));
    assert.doesNotMatch(text, /building|pushing|copying/);
    await remember();
    assert.equal(new Set(made).size, 4, "another commit is another release");
    const now = (await running("staging"))["web"]?.Config.Image;
    assert.notEqual(now, first);
    assert.match(now ?? "", new RegExp(`${await firstDigest()}$`));

    async function firstDigest(): Promise<string> {
      await engine.setConfig("production", "release", made[0] ?? "");
      await succeeds(engine.up("production"));
      return (await outputs("production")).release?.images["web"]?.digest ?? "none";
    }
  });

  it("retires what is beyond the retention, and never what a stage runs, ran last or pins", async () => {
    const { engine } = project();
    // Production runs and pins the first and ran the third before; staging runs the fourth and ran the third.
    await engine.setConfig("staging", "retention", "1");
    await succeeds(engine.up("staging"));
    assert.deepEqual(await project().releases(), [made[0], made[2], made[3]]);
    await engine.removeConfig("production", "release");
    await succeeds(engine.up("production"));
    assert.equal((await shop.look("production")).header, made[3]);
  });

  it("takes an image away with the last release that names it, and no other", async () => {
    const { engine } = project();
    assert.ok(await project().holds("web", digests[2]), "the third release was kept with its image");
    project().edit("web/server.mjs", "web 1", "web 3");
    await project().commit("Change the window once more");
    await succeeds(engine.up("staging"));
    await remember();
    // Staging ran the fourth before, production runs it and ran the first.
    assert.deepEqual(await project().releases(), [made[0], made[3], made[4]]);
    assert.deepEqual(await Promise.all([0, 2, 3, 4].map((each) => project().holds("web", digests[each]))), [
      true,
      false,
      true,
      true,
    ]);
    await succeeds(engine.up("production"));
    assert.equal((await shop.look("production")).version, "web 3");
  });

  it("keeps data and releases through a destroy of both stages", async () => {
    const { engine, name } = project();
    await engine.removeConfig("staging", "retention");
    const released = await project().releases();
    const visits = {
      staging: (await shop.visit("staging")).visits,
      production: (await shop.visit("production")).visits,
    };
    const told = await outputs("production");
    for (const stage of ["production", "staging"]) {
      await succeeds(engine.destroy(stage));
      assert.deepEqual(await ids(name, stage), {});
    }
    await succeeds(engine.up("staging"));
    assert.deepEqual(await project().releases(), released);
    assert.equal(await releaseOf("staging"), made[4], "the same content is the same release");
    await upAndClean(engine, "production");
    assert.deepEqual((await outputs("production")).promotion, told.promotion);
    assert.equal((await shop.look("staging")).visits, visits.staging);
    assert.equal((await shop.look("production")).visits, visits.production);
    assert.deepEqual(watch.stop(), []);
  });
});
