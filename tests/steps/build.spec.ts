import assert from "node:assert/strict";
import { resolve } from "node:path";
import type { BuildOptions } from "../../components/release/images";
import { buildArguments } from "../../steps/build";

const plain: BuildOptions = {
  context: "web",
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

const common = ["build", "--tag", "r/web:1", "--platform", "linux/amd64", "--file", resolve("web/Dockerfile")];

/** What a build says, and the arguments that stand for it, between the common ones and the context. */
const cases: [string, Partial<BuildOptions>, string[]][] = [
  ["nothing more", {}, []],
  [
    "arguments, with any character",
    { args: { A: "1", B: "a b=c $d" } },
    ["--build-arg", "A=1", "--build-arg", "B=a b=c $d"],
  ],
  ["an empty argument", { args: { A: "" } }, ["--build-arg", "A="]],
  ["labels", { labels: { a: "b" } }, ["--label", "a=b"]],
  ["further contexts", { additionalContexts: { shared: "lib" } }, ["--build-context", "shared=lib"]],
  ["a target", { target: "run" }, ["--target", "run"]],
  ["a network", { network: "none" }, ["--network", "none"]],
  ["memory to share", { shmSize: "67108864" }, ["--shm-size", "67108864"]],
  ["caches", { cacheFrom: ["a", "b"] }, ["--cache-from", "a", "--cache-from", "b"]],
  ["hosts", { extraHosts: ["db=10.0.0.5", "six=::1"] }, ["--add-host", "db:10.0.0.5", "--add-host", "six:::1"]],
  ["no cache", { noCache: true }, ["--no-cache"]],
  ["new base images", { pull: true }, ["--pull"]],
];

describe("docker build is told", () => {
  for (const [what, options, expected] of cases) {
    it(what, () => {
      assert.deepEqual(buildArguments("r/web:1", { ...plain, ...options }), [...common, ...expected, "web"]);
    });
  }

  it("where its Dockerfile is, wherever that is", () => {
    const args = buildArguments("r/web:1", { ...plain, dockerfile: "../docker/web.Dockerfile" });
    assert.equal(args[args.indexOf("--file") + 1], resolve("docker/web.Dockerfile"));
  });

  it("to read its Dockerfile from standard input where the compose file has it", () => {
    const args = buildArguments("r/web:1", { ...plain, dockerfile: undefined, inline: "FROM scratch" });
    assert.equal(args[args.indexOf("--file") + 1], "-");
    assert.equal(args.at(-1), "web");
  });
});
