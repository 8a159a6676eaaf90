import assert from "node:assert/strict";
import { Engine } from "../../docker/engine";
import { resolve } from "node:path";
import type { BuildOptions } from "../../release/images";
import { buildArguments, builderSettings, stages, withImages } from "../../steps/build";

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

  it("to take images of the registry for further contexts, by digest", () => {
    const build = withImages({ ...plain, additionalContexts: { shared: "lib" } }, "127.0.0.1:5000", {
      base: "shop/base@sha256:1",
    });
    assert.deepEqual(buildArguments("r/web:1", build), [
      ...common,
      ...["--build-context", "shared=lib"],
      ...["--build-context", "base=docker-image://127.0.0.1:5000/shop/base@sha256:1"],
      "web",
    ]);
  });

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

describe("a builder", () => {
  const engine = Engine.here({ DOCKER_HOST: "unix:///x.sock" });

  it("notes nothing of the build, and takes nothing into the image that is no part of the content", () => {
    const settings = builderSettings(engine);
    assert.equal(settings["BUILDX_NO_DEFAULT_ATTESTATIONS"], "1");
    for (const key of ["BUILDX_GIT_LABELS", "SOURCE_DATE_EPOCH"]) {
      assert.ok(key in settings && settings[key] === undefined, key);
    }
  });

  it("is the Engine's own, whichever else somebody has chosen", () => {
    assert.equal(builderSettings(engine)["BUILDX_BUILDER"], "default");
  });
});

describe("the lines of a build that are told", () => {
  const told = (text: string): string[] => text.split("\n").filter(stages());

  it("are a builder's steps, without what these print", () => {
    assert.deepEqual(told("Step 1/2 : FROM scratch\n ---> 1\nStep 2/2 : COPY a .\nSuccessfully built 1"), [
      "Step 1/2 : FROM scratch",
      "Step 2/2 : COPY a .",
    ]);
  });

  it("are BuildKit's steps once each, however often it goes on with one", () => {
    const text = `#0 building with "default" instance using docker driver
#5 [1/3] FROM docker.io/library/node:22
#5 DONE 0.0s
#6 [2/3] RUN make
#6 0.251 one
#7 [other 1/1] RUN test
#7 0.301 two
#6 [2/3] RUN make
#6 1.251 #7 [not a step]
#7 [other 1/1] RUN test
#7 DONE 2.0s
#6 DONE 2.1s
#8 exporting to image`;
    assert.deepEqual(told(text), [
      "#5 [1/3] FROM docker.io/library/node:22",
      "#6 [2/3] RUN make",
      "#7 [other 1/1] RUN test",
    ]);
  });
});
