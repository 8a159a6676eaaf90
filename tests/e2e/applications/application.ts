import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { leftovers } from "../docker";
import { onTellingEngine } from "../engines";
import { inOrder, succeeds, upAndClean } from "../expect";
import { freePorts } from "../ports";
import { Project } from "../project";
import { Visitor } from "../visitor";

/** An application in tests/e2e/fixtures/applications, as people write one for docker compose: without one key of Slipway's. */
export interface Application {
  /** Its folder there. */
  folder: string;
  /** What in it is told in a sentence. */
  title: string;
  /** Its compose file. */
  compose: string;
  /** The variables of its published ports that speak HTTP; a page of each tells its edition, and the first what is kept after a write. */
  pages: readonly string[];
  /** Other variables of published ports. */
  ports?: readonly string[];
  /** Its other variables. */
  env?: Readonly<Record<string, string>>;
  /** How the next edition comes about: a file, and how often it says which edition it is of; default: the compose file. */
  edition?: readonly string[];
  /** Pages that tell neither edition nor anything that is kept: paths below the first. */
  paths?: readonly string[];
  /** What somebody has in the folder that git does not hold. */
  prepare?(project: Project): void;
  /** Why it cannot be tried on this Engine; undefined where it can. */
  missing?(): Promise<string | undefined>;
  /** What is said before anything is made. */
  notices?: readonly RegExp[];
  /** Looks at a stage that runs an edition. */
  look?(page: Page, edition: string, running: { project: Project; stage: string }): Promise<void> | void;
}

/** What the pages of these applications tell. */
export interface Page {
  edition: string;
  kept: unknown;
  [more: string]: unknown;
}

const editions = ["first", "second"] as const;

/** Takes an application through staging, promotion under load, rollback and the end of both stages. */
export function tryApplication(application: Application): void {
  const { folder, title, compose, pages, ports = [], paths = [], notices = [] } = application;
  onTellingEngine(`an application ${title}`, (kind) => {
    inOrder();

    let project: Project;
    const urls: Record<string, string[]> = {};

    before(async function () {
      const reason = await application.missing?.();
      if (reason !== undefined) {
        console.log(`    not run: ${reason}`);
        return this.skip();
      }
      project = await Project.create(kind, folder, join(__dirname, "..", "fixtures", "applications", folder));
      application.prepare?.(project);
      const registry = await project.sharedRegistry();
      const names = [...pages, ...ports];
      const free = await freePorts(2 * names.length);
      for (const [index, stage] of ["staging", "production"].entries()) {
        const own = free.slice(index * names.length, (index + 1) * names.length);
        const env = { ...application.env, ...Object.fromEntries(names.map((name, at) => [name, own[at]])) };
        urls[stage] = own.slice(0, pages.length).map((port) => `http://127.0.0.1:${port}`);
        const from = stage === "staging" ? { compose } : { promoteFrom: "staging" };
        await project.stage(stage, { ...from, registry, env, watch: 2 });
        await project.logIn(stage);
      }
    });

    after(() => project?.dispose());

    const page = async (stage: string, path = "/", at = 0): Promise<Page> => {
      const answer = await fetch(`${urls[stage]?.[at] ?? ""}${path}`, { signal: AbortSignal.timeout(10_000) });
      const text = await answer.text();
      assert.equal(answer.status, 200, text);
      return JSON.parse(text) as Page;
    };

    const looked = async (stage: string, edition: string): Promise<unknown> => {
      for (const index of pages.keys()) assert.equal((await page(stage, "/", index)).edition, edition);
      for (const path of paths) assert.equal((await fetch(`${urls[stage]?.[0] ?? ""}${path}`)).status, 200, path);
      const first = await page(stage);
      await application.look?.(first, edition, { project, stage });
      return first.kept;
    };

    /** Does some work while each of a stage's pages is asked for all the time. */
    const visited = async (stage: string, work: () => Promise<unknown>): Promise<void> => {
      const visitors = (urls[stage] ?? []).map((url) => new Visitor(`${url}/`));
      try {
        await work();
      } finally {
        // A moment longer: what is cut off late counts as well.
        await pause(500);
        const left = await Promise.all(visitors.map((visitor) => visitor.leave()));
        const lost = left.flatMap(({ failures }) => failures);
        assert.deepEqual(lost, []);
        for (const { requests } of left) assert.ok(requests > 50, `only ${requests} requests`);
        console.log(`       ${left.map(({ requests }) => requests).join(" and ")} requests, none lost`);
      }
    };

    it("comes to staging as it is, and a preview says how its file was understood", async () => {
      const { text } = await succeeds(project.engine.preview("staging"));
      for (const notice of notices) assert.match(text, notice);
      await succeeds(project.engine.up("staging"));
      await looked("staging", editions[0]);
    });

    it("is promoted", async () => {
      await upAndClean(project.engine, "production");
      await page("production", "/write");
      await looked("production", editions[0]);
    });

    it("is promoted again and rolled back under requests, and keeps its data", async () => {
      const { release } = await project.engine.outputs("staging");
      const kept = await looked("production", editions[0]);
      for (const file of application.edition ?? [compose]) {
        project.write(file, project.read(file).replaceAll(/(EDITION[=:] ?)first/g, "$1second"));
      }
      await project.commit("The second edition");
      await upAndClean(project.engine, "staging");
      await looked("staging", editions[1]);
      await visited("production", () => upAndClean(project.engine, "production"));
      assert.deepEqual(await looked("production", editions[1]), kept);
      await project.engine.setConfig("production", "release", release?.name ?? "");
      await visited("production", () => upAndClean(project.engine, "production"));
      assert.deepEqual(await looked("production", editions[0]), kept);
    });

    it("leaves nothing but its data", async () => {
      for (const stage of ["production", "staging"]) {
        await succeeds(project.engine.destroy(stage));
        const { container, network } = await leftovers(project.name, stage);
        assert.deepEqual([container, network], [[], []]);
      }
    });
  });
}
