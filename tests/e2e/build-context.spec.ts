import assert from "node:assert/strict";
import fc from "fast-check";
import { builderAtHand, type Builder } from "../../release/builder";
import { ContextError, listContext } from "../../release/context";
import { pathsTo, IgnoreRules } from "../../release/ignoreFile";
import { ownPlaces } from "../../release/ownPlaces";
import type { BuildOptions } from "../../release/images";
import { buildArguments } from "../../steps/build";
import { prepareContext } from "../../release/buildContext";
import { Folder } from "../release/folder";
import { run } from "./run";
import { contexts, dockerBuild, layOut, type Built, type Context } from "./contexts";

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

const deciding = [".dockerignore", "Dockerfile"];

/** What arrives of a context by `COPY . /`, by what Slipway counts for its digest. */
function counted(folder: Folder, builder: Builder): string[] {
  const dockerfile = folder.at("Dockerfile");
  const files = listContext(folder.path, dockerfile, reading(builder));
  const rules = IgnoreRules.read(folder.read(".dockerignore"));
  // They count in any case. Where the rules leave them out, the classic builder's Engine takes them away, by older rules or newer ones.
  const sent = files.filter(({ path }) => !deciding.includes(path) || !rules.ignores(path));
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
      if (builder === "buildkit" && (await builderAtHand({ ...process.env, DOCKER_BUILDKIT: "" })) !== "buildkit") {
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
        // Docker looks at all of a pattern when it first needs it.
        assert.match(ours.failure, /is no pattern/, told);
        return "refused before";
      }
      const rules = IgnoreRules.read(own.read(".dockerignore"));
      const open = deciding.filter((path) => builder === "classic" && rules.ignores(path));
      const compared = ({ arrived = [] }: Built): string[] => arrived.filter((path) => !open.includes(path));
      assert.deepEqual(compared(ours), compared(theirs), told);
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

    /** Builds as an update does, and looks at what arrived. */
    const arrived = async (options: Partial<BuildOptions> = {}, root = folder.path): Promise<string[]> => {
      const build = { ...plain, context: folder.path, ...options };
      const { places, input, remove } = await prepareContext(build, builder, ownPlaces(root, {}), root);
      try {
        const [, , , ...args] = buildArguments("none", build, places);
        const built = await dockerBuild(builder, args, input);
        assert.ok(built.arrived, built.failure);
        return built.arrived;
      } finally {
        remove();
      }
    };

    /** A git work tree with a project below it: what a build takes from around its project has to lie in there. */
    const workTree = (place: string, files: Readonly<Record<string, string>>): Folder => {
      const tree = new Folder();
      tree.git("init", "--quiet", "--template=");
      return tree.write(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${place}${path}`, text])));
    };

    /** A project that is a build context as a whole, with all that may lie in one. */
    const project = {
      Dockerfile: "FROM scratch\nCOPY . /\n",
      ".dockerignore": "*.log\n",
      "a.log": "",
      "src/a": "1",
      "Pulumi.yaml": "name: shop\n",
      "Pulumi.staging.yaml": "config: {}\n",
      ".slipway/ssh/key": "s3cret",
      ".slipway-runner/staging.json": "s3cret",
      ".pulumi-state/passphrase": "s3cret",
      ".pulumi-state/.pulumi/stacks/a.json": "s3cret",
    };
    const content = [".dockerignore", "Dockerfile", "Pulumi.yaml", "src/", "src/a"];

    it("is nothing of Slipway's own, and the user's files stay as they are", async () => {
      folder.write(project);
      assert.deepEqual(await arrived(), content);
      assert.equal(folder.read(".dockerignore"), "*.log\n");
      folder.write({ ".dockerignore": "*\n!src\n!.pulumi-state\n!.slipway/**\n!Pulumi.*" });
      assert.deepEqual(await arrived(), ["Pulumi.yaml", "src/", "src/a"]);
    });

    it("is nothing of Slipway's own wherever the Dockerfile is", async () => {
      const { Dockerfile, ...rest } = project;
      folder.write({ ...rest, "docker/web.Dockerfile": Dockerfile });
      const others = [".dockerignore", "Pulumi.yaml", "docker/", "docker/web.Dockerfile", "src/", "src/a"];
      assert.deepEqual(await arrived({ dockerfile: "docker/web.Dockerfile" }), others);
      assert.deepEqual(
        (await arrived({ dockerfile: undefined, inline: Dockerfile })).filter((path) => path !== ".dockerignore"),
        others.slice(1),
      );
      using tree = workTree("app/", rest);
      tree.write({ Dockerfile });
      const outside = { context: tree.at("app"), dockerfile: tree.at("Dockerfile") };
      assert.deepEqual(
        (await arrived(outside, tree.at("app"))).filter((path) => path !== ".dockerignore"),
        others.slice(1).filter((path) => !path.startsWith("docker/")),
      );
    });

    it("is nothing of Slipway's own in a context around the project, or of a state that lies elsewhere in it", async () => {
      using tree = workTree("app/deploy/", project);
      tree.write({ "app/Dockerfile": project.Dockerfile, "app/x": "", "app/Pulumi.staging.yaml": "" });
      const found = await arrived({ context: tree.at("app") }, tree.at("app/deploy"));
      assert.deepEqual(found, [
        "Dockerfile",
        "Pulumi.staging.yaml",
        "deploy/",
        "deploy/.dockerignore",
        "deploy/Dockerfile",
        "deploy/Pulumi.yaml",
        "deploy/a.log",
        "deploy/src/",
        "deploy/src/a",
        "x",
      ]);
    });

    it("is by the ignore file beside its Dockerfile with BuildKit alone, and counts accordingly", async () => {
      folder.write({
        ...project,
        "data.txt": "1",
        "Dockerfile.dockerignore": "data.txt\n",
        ".dockerignore": "a.log\n",
      });
      const own = builder === "classic" ? ["data.txt"] : ["a.log"];
      const all = [".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "Pulumi.yaml", ...own, "src/", "src/a"];
      assert.deepEqual(await arrived(), all);
      const files = listContext(folder.path, folder.at("Dockerfile"), {
        builder,
        isOwn: (path) => ownPlaces(folder.path, {}).isOwn(path),
      });
      assert.equal(
        files.some(({ path }) => path === "data.txt"),
        builder === "classic",
      );
    });

    it("is the same image for the same content with a Dockerfile from outside", async function () {
      if (builder === "buildkit") return this.skip();
      using tree = workTree("app/", { "src/a": "1" });
      tree.write({ Dockerfile: "FROM scratch\nCOPY . /\n" });
      const app = tree.at("app");
      const outside = { context: app, dockerfile: tree.at("Dockerfile") };
      const names = async (): Promise<string> =>
        (await prepareContext({ ...plain, ...outside }, builder, ownPlaces(app, {}), app)).places.file;
      assert.equal(await names(), await names());
      assert.deepEqual(await arrived(outside, app), ["src/", "src/a"]);
    });

    if (builder === "buildkit") {
      it("is nothing of Slipway's own by a further context", async function () {
        const { stdout } = await run("docker", ["version", "--format", "{{.Server.Version}}"]);
        if (parseInt(stdout, 10) < 23) {
          console.log(`      the Engine ${stdout.trim()} knows no further contexts: nothing is tried with it`);
          return this.skip();
        }
        folder.write({ ...project, "web/Dockerfile": "FROM scratch\nCOPY --from=all . /\n", "web/x": "" });
        const found = await arrived({ context: folder.at("web"), additionalContexts: { all: folder.path } });
        assert.deepEqual(found, [...content, "web/", "web/Dockerfile", "web/x"]);
      });
    }

    it(`is what an update sends, in ${Math.ceil(rounds / 5)} random contexts`, async function () {
      this.timeout(rounds * 20_000);
      for (const context of fc.sample(contexts, { numRuns: Math.ceil(rounds / 5), seed: seed + 1 })) {
        using own = new Folder();
        layOut(own, context);
        const ours = tryCounting(own, builder);
        if (ours.failure !== undefined) continue;
        const rules = IgnoreRules.read(own.read(".dockerignore"));
        const open = deciding.filter((path) => rules.ignores(path));
        const sent = await arrived({ context: own.path }, own.path);
        assert.deepEqual(
          sent.filter((path) => !open.includes(path)),
          ours.arrived?.filter((path) => !open.includes(path)),
          JSON.stringify(context),
        );
      }
    });
  });
}
