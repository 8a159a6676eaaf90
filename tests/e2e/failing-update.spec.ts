import assert from "node:assert/strict";
import { ids, leftovers } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, refuses, upAndClean } from "./expect";
import { Shop, type Page } from "./shop";

onTellingEngine("an update that fails", (kind) => {
  inOrder();

  let shop: Shop;
  let good = "none";
  let failed = "none";
  let old: Record<string, string>;

  const project = (): Shop["project"] => shop.project;
  const count = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      Object.entries(await leftovers(project().name, "staging")).map(([kind, names]) => [kind, names.length]),
    );
  let healthyCount: Record<string, number>;

  before(async () => {
    shop = await Shop.open(kind, "shared");
    await upAndClean(project().engine, "staging");
    good = (await project().engine.outputs("staging")).release?.name ?? "none";
    old = await ids(project().name, "staging");
    healthyCount = await count();
  });

  after(async () => {
    await shop?.project.dispose();
  });

  it("fails when a new container does not become healthy, while the old one serves every request", async () => {
    project().edit("compose.yaml", "GREETING: good morning", "GREETING: good night\n      ILL: 'yes'");
    await project().commit("Fall ill");
    const visitor = visiting(shop);
    const update = await project().engine.up("staging");
    const pages = await visitor();
    assert.ok(!update.ok, update.text);
    assert.match(update.text, /The service web is not well: its health check failed \d+ times in a row/);
    failed = /this is (v\S+)/.exec(update.text)?.[1] ?? "none";
    assert.notEqual(failed, "none", update.text);

    assert.ok(pages.length > 50, `only ${pages.length} requests`);
    const told = new Set(
      pages.map((page) => (page instanceof Error ? page.message : `${page.greeting} ${page.header}`)),
    );
    assert.deepEqual([...told], [`good morning ${good}`]);
    console.log(`      ${pages.length} requests, all answered by the old container`);
  });

  it("leaves every old container in place and tells the old release", async () => {
    const page = await shop.look("staging");
    assert.deepEqual([page.greeting, page.header], ["good morning", good]);
    assert.equal((await project().engine.outputs("staging")).release?.name, good);
    assert.deepEqual(await project().releases(), [good]);
    const { container } = await leftovers(project().name, "staging");
    for (const [service, id] of Object.entries(old)) {
      assert.ok(container.includes(id), `the old container of ${service} is gone`);
    }
  });

  it("makes no verified release: no stage can take it", async () => {
    await project().engine.setConfig("production", "release", failed);
    await refuses(
      project(),
      "production",
      new RegExp(`holds no release ${failed} as verified; did you mean ${good}\\?`),
    );
    await project().engine.removeConfig("production", "release");
  });

  it("is mended by the next good update, with nothing left over", async () => {
    project().edit("compose.yaml", "GREETING: good night\n      ILL: 'yes'", "GREETING: good day");
    await project().commit("Recover");
    await upAndClean(project().engine, "staging");
    const page = await shop.look("staging");
    assert.equal(page.greeting, "good day");
    assert.equal(page.header, (await project().engine.outputs("staging")).release?.name);
    const { web: was, ...othersBefore } = old;
    const { web: is, ...others } = await ids(project().name, "staging");
    assert.deepEqual(others, othersBefore);
    assert.notEqual(is, was);
    assert.deepEqual(await count(), healthyCount);
  });
});

/** Looks at the page again and again; the function that it returns stops and gives what was seen. */
function visiting(shop: Shop): () => Promise<(Page | Error)[]> {
  const seen: (Page | Error)[] = [];
  let stopped = false;
  const looking = (async () => {
    while (!stopped) {
      seen.push(await shop.look("staging").catch((error: unknown) => error as Error));
      await new Promise((done) => setTimeout(done, 100));
    }
  })();
  return async () => {
    stopped = true;
    await looking;
    return seen;
  };
}
