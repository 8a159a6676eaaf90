import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { docker } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, upAndClean } from "./expect";
import { Pair, type Told } from "./pair";
import { Visitor } from "./visitor";

onTellingEngine("a cutover", (kind) => {
  inOrder();

  let pair: Pair;
  let good = "none";

  const engine = (): Pair["project"]["engine"] => pair.project.engine;

  before(async () => {
    pair = await Pair.open(kind, { watch: 3, checks: [{ service: "web", path: "/", text: '"edition":"' }] });
  });

  after(async () => {
    await pair?.project.dispose();
  });

  it("leads to the first release once all of it is there, also what others call by name", async () => {
    await upAndClean(engine(), "staging");
    good = (await engine().outputs("staging")).release?.name ?? "none";
    const side = { edition: "first", release: good };
    assert.deepEqual(await pair.look(), { ...side, called: side });
  });

  it("moves both services together, and loses no request", async () => {
    await pair.edition("second");
    const visitor = new Visitor(pair.url);
    const seeing = seen(pair);
    await upAndClean(engine(), "staging");
    const { requests, failures } = await visitor.leave();
    const told = await seeing();
    assert.deepEqual(failures, []);
    assert.ok(requests > 100, `only ${requests} requests`);
    good = (await engine().outputs("staging")).release?.name ?? "none";
    assert.ok(told.some(({ release }) => release === good));
    for (const { edition, called } of told) {
      assert.ok(edition === "first" || called.edition === "second", "the new page was told by the old service");
    }
    console.log(`      ${requests} requests, none failed`);
  });

  it("does not happen when a check fails on the new containers, which are told with what they said", async () => {
    await engine().setConfig("staging", "checks[0].text", '"edition":"second"');
    await pair.edition("third");
    const seeing = seen(pair);
    const { ok, text } = await engine().up("staging");
    const told = await seeing();
    assert.ok(!ok, text);
    assert.match(text, /The check of web at \/ did not pass before the cutover: its answer does not hold/);
    assert.deepEqual(
      [...new Set(told.map(({ edition, called }) => `${edition} ${called.edition}`))],
      ["second second"],
    );
    await engine().setConfig("staging", "checks[0].text", '"edition":"');
  });

  it("is taken back when a container ends behind the edge, and the old release serves on", async () => {
    await pair.edition("fatal", { fatal: true });
    await engine().removeConfig("staging", "checks");
    const seeing = seen(pair);
    const { ok, text } = await engine().up("staging");
    await seeing();
    assert.ok(!ok, text);
    assert.match(text, /The service web is not well behind the edge: its container/);
    assert.match(text, /nobody should have asked for the page/);
    assert.equal((await pair.look()).release, good);
    assert.equal((await engine().outputs("staging")).release?.name, good);
  });

  it("is taken back by the edge itself when whoever made it is killed", async () => {
    await pair.edition("fourth");
    await engine().setConfig("staging", "watch", "60");
    const update = engine().up("staging");
    await until(async () => (await pair.look()).edition === "fourth", 240);
    assert.equal(killStep(pair.project.folder, "cutover"), 1);
    const { ok, text } = await update;
    assert.ok(!ok, text);
    await until(async () => (await pair.look()).release === good, 40);
    assert.match(await docker("logs", await pair.edge()), /guard: nobody confirmed the switch in time: back to slot/);
  });

  it("comes to its end with the next update, with nothing left over", async () => {
    await engine().setConfig("staging", "watch", "1");
    await upAndClean(engine(), "staging");
    const told = await pair.look();
    assert.deepEqual([told.edition, told.called.edition], ["fourth", "fourth"]);
    good = told.release;
  });

  it("outlives a restart of the edge", async () => {
    await docker("restart", await pair.edge());
    await until(async () => (await pair.look()).release === good, 30);
  });
});

/** Looks at the page again and again; the function that it returns stops, and gives every answer. */
function seen(pair: Pair): () => Promise<Told[]> {
  const all: Told[] = [];
  let stopped = false;
  const looking = (async () => {
    while (!stopped) {
      await pair.look().then(
        (told) => all.push(told),
        () => undefined,
      );
      await new Promise((done) => setTimeout(done, 50));
    }
  })();
  return async () => {
    stopped = true;
    await looking;
    return all;
  };
}

async function until(holds: () => Promise<boolean>, seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds().catch(() => false))) {
    assert.ok(Date.now() < end, `not within ${seconds} s`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** Kills the process of a step of this project, and of no other. Returns how many there were. */
function killStep(folder: string, step: string): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = pids.filter((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return (
        /\/steps\/main\.js$/.test(words[1] ?? "") &&
        words[2] === step &&
        readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
      );
    } catch {
      return false;
    }
  });
  found.forEach((pid) => process.kill(Number(pid), "SIGKILL"));
  return found.length;
}
