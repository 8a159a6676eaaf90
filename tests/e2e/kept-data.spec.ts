import assert from "node:assert/strict";
import { join } from "node:path";
import { onTellingEngine } from "./engines";
import { inOrder, upAndClean } from "./expect";
import { killedAt } from "./killedAt";
import { freePorts } from "./ports";
import { Project } from "./project";
import { until } from "./until";
import { Visitor } from "./visitor";

// The edge holds what is asked of a service that is stopped before it is replaced (docs/decisions/edge.md).
onTellingEngine("a service with data, whose container is stopped before the next one is made", (kind) => {
  inOrder();

  let project: Project;
  let url = "";

  const engine = (): Project["engine"] => project.engine;
  const told = async (): Promise<string> => {
    const { edition, called } = (await (await fetch(url)).json()) as { edition: string; called: string };
    return `${edition} ${called}`;
  };

  /** Commits other editions of the services, in their order in the compose file. */
  async function editions(web: string, api: string): Promise<void> {
    const next = [web, api];
    const text = project.read("compose.yaml").replace(/EDITION: \w+/g, () => `EDITION: ${next.shift()}`);
    project.write("compose.yaml", text);
    await project.commit(`Make ${web} and ${api}`);
  }

  /** Asks all the time for the page, and beside that for one that takes two seconds, while something is done. */
  async function asking(work: () => Promise<unknown>, seconds = 10): Promise<void> {
    const visitors = ["", "slow"].map((path) => new Visitor(`${url}${path}`, 20, seconds));
    try {
      await work();
    } finally {
      const left = await Promise.all(visitors.map((visitor) => visitor.leave()));
      console.log(`      ${left.map(({ requests }) => requests).join(" and ")} requests`);
      assert.deepEqual(
        left.flatMap(({ failures }) => failures),
        [],
      );
    }
  }

  before(async () => {
    project = await Project.create(kind, "kept-data", join(__dirname, "fixtures", "kept"));
    const [port = 0] = await freePorts(1);
    const registry = await project.sharedRegistry();
    await project.stage("staging", { compose: "compose.yaml", registry, env: { WEB_PORT: String(port) }, watch: 2 });
    await project.logIn("staging");
    url = `http://127.0.0.1:${port}/`;
    await upAndClean(engine(), "staging");
  });

  after(() => project?.dispose());

  it("loses no request, however long one takes, when visitors ask for it", async () => {
    await editions("second", "first");
    await asking(() => upAndClean(engine(), "staging"));
    assert.equal(await told(), "second first");
  });

  it("loses none when another service asks for it by name", async () => {
    await editions("second", "second");
    await asking(() => upAndClean(engine(), "staging"));
    assert.equal(await told(), "second second");
  });

  it("loses none where the next one does not become healthy, and the old one runs again", async () => {
    await editions("ill", "second");
    await asking(async () => {
      const { ok, text } = await engine().up("staging");
      assert.ok(!ok, text);
      await until(async () => (await told()) === "second second", 60, "the page is there again");
    }, 60);
  });

  it("loses none where the update is killed meanwhile", async () => {
    await editions("third", "second");
    await asking(async () => {
      await killedAt(project, "staging", /is stopped before its new container/);
      await engine().afterKill("staging");
      await until(async () => /^(second|third) second$/.test(await told()), 60, "the page is there again");
    }, 60);
    await upAndClean(engine(), "staging");
    assert.equal(await told(), "third second");
  });
});
