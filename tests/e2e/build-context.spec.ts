import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { builderAtHand, type Builder } from "../../components/release/builder";
import { ContextError, listContext } from "../../components/release/context";
import { pathsTo, IgnoreRules } from "../../components/release/ignoreFile";
import { ownPlaces } from "../../components/release/ownPlaces";
import type { BuildOptions } from "../../components/release/images";
import { buildArguments } from "../../steps/build";
import { prepareContext } from "../../steps/buildContext";
import { Folder } from "../components/release/folder";
import { contexts, dockerBuild, layOut, type Built, type Context } from "./contexts";
import { run } from "./run";

/** How many random contexts each builder is tried with, and from which seed on; a failure names both. */
const rounds = Number(process.env["SLIPWAY_CONTEXTS"] ?? 25);
const seed = Number(process.env["SLIPWAY_CONTEXTS_SEED"] ?? Date.now() % 1e6);

const plain: BuildOptions = {
  context: ".",
  dockerfile: "Dockerfile",
  args: {},
  platform: "linux/amd64",
  labels: {},
  cacheFrom: [],
  extraHosts: [],
  additionalContexts: {},
  noCache: false,
  pull: false,
};

const reading = (builder: Builder) => ({ builder, isOwn: () => false });

/** What arrives of a context by `COPY . /`, by what Slipway counts for its digest. */
function counted(folder: Folder, builder: Builder): string[] {
  const dockerfile = folder.at("Dockerfile");
  const files = listContext(folder.path, dockerfile, reading(builder));
  const rules = IgnoreRules.read(folder.read(".dockerignore"));
  // They count in any case; where the rules leave them out, the builders keep them from the image.
  const decides = (path: string): boolean => [".dockerignore", "Dockerfile"].includes(path) && rules.ignores(path);
  const sent = files.filter(({ path }) => !decides(path));
  const entries = sent.flatMap(({ path, kind }) => [
    ...pathsTo(path)
      .slice(0, -1)
      .map((parent) => `${parent}/`),
    kind === "directory" ? `${path}/` : path,
  ]);
  return [...new Set(entries)].sort();
}

function tryCounting(folder: Folder, builder: Builder): Built {
  try {
    return { arrived: counted(folder, builder) };
  } catch (error) {
    assert.ok(error instanceof ContextError, String(error));
    return { failure: error.message };
  }
}

const builders: Builder[] = ["classic", "buildkit"];

for (const builder of builders) {
  describe(`the content of an image that ${builder === "classic" ? "the classic builder" : "BuildKit"} builds`, () => {
    let folder: Folder;

    before(async function () {
      if (builder === "buildkit" && (await builderAtHand({ ...process.env, DOCKER_BUILDKIT: "" })) !== "buildkit" && !process.env["X"]) {
        console.log("      docker has no buildx plugin, which BuildKit needs: nothing is tried with it");
        this.skip();
      }
    });
    beforeEach(() => {
      folder = new Folder();
    });
    afterEach(() => folder.remove());

    /** Compares what counts with what arrives; how that went. */
    const compare = async (context: Context): Promise<"the same files" | "refused by both" | "refused before"> => {
      using own = new Folder();
      layOut(own, context);
      const ours = tryCounting(own, builder);
      const theirs = await dockerBuild(builder, [own.path]);
      const told = JSON.stringify(context);
      if (theirs.failure !== undefined) {
        assert.ok(ours.failure, `docker build failed, and what counts was listed: ${told}: ${theirs.failure}`);
        return "refused by both";
      }
      if (ours.failure !== undefined) {
        // Docker looks at a pattern when it comes to it; a range that ends too early is refused before.
        assert.match(ours.failure, /a range begins with its smaller character/, told);
        return "refused before";
      }
      assert.deepEqual(ours.arrived, theirs.arrived, told);
      return "the same files";
    };

    it(`is what counts for its digest, in ${rounds} random contexts from seed ${seed} on`, async function () {
      this.timeout(rounds * 20_000);
      console.log(`      ${rounds} contexts, seed ${seed}: SLIPWAY_CONTEXTS=${rounds} SLIPWAY_CONTEXTS_SEED=${seed}`);
      const failures: string[] = [];
      const tally: Record<string, number> = {};
      for (const context of fc.sample(contexts, { numRuns: rounds, seed })) {
        const outcome = await compare(context).catch((error: unknown) => {
          failures.push((error as Error).message);
          return "others";
        });
        tally[outcome] = (tally[outcome] ?? 0) + 1;
      }
      console.log(`      ${JSON.stringify(tally)}`);
      assert.deepEqual(failures, [], `${failures.length} of ${rounds}`);
    });
  });
}
