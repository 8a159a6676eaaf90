import assert from "node:assert/strict";
import { building, noBuildInPromotedStage } from "../../policies/noBuildInPromotedStage";
import { declared, production, says, staging, unknown } from "./declared";

const promoted = declared("slipway:release:PromotedRelease", "app-release");
const release = declared("slipway:release:BuiltRelease", "app-release");
const image = declared("slipway:release:BuiltImage", "app-release-web");
const build = declared("command:local:Command", "own-build", { create: "node dist/steps/main.js build" });
const record = declared("command:local:Command", "app-record", { create: "node dist/steps/main.js record" });
const network = declared("docker:index/network:Network", "front");

describe("the policy no-build-in-promoted-stage", () => {
  const runs = (create: string) => building(declared("command:local:Command", "own", { create }));
  const refused = (resources: ReturnType<typeof declared>[], stage = production) =>
    resources.flatMap((resource) => says(noBuildInPromotedStage, resource, stage));

  it("lets a stage build that takes no release over", () => {
    assert.deepEqual(refused([release, image, build, record, network], staging), []);
  });

  it("lets a stage take a release over that builds nothing", () => {
    assert.deepEqual(refused([network, promoted, record]), []);
  });

  it("refuses a build in a stage that takes a release over, and says what to do", () => {
    assert.deepEqual(refused([promoted, image]), [
      "app-release-web (slipway:release:BuiltImage) builds an image, and this stage takes a verified release over: declare it in the stage that builds (the one without promoteFrom and without a pinned release), and promote the release from there.",
    ]);
  });

  it("refuses every one of them", () => {
    assert.equal(refused([image, network, build, promoted]).length, 2);
  });

  it("counts a stage that is pinned as one that builds nothing", () => {
    assert.equal(refused([image], { ...staging, takesOver: true }).length, 1);
  });

  for (const type of [
    "slipway:release:BuiltRelease",
    "slipway:release:BuiltImage",
    "docker:index/image:Image",
    "docker:index/tag:Tag",
    "docker:index/registryImage:RegistryImage",
    "docker-build:index:Image",
    "docker-build:index:Index",
  ]) {
    it(`knows ${type} as one that makes an image`, () => assert.ok(building(declared(type, "web"))));
  }

  it("tells an image that is built from one that is pulled", () => {
    const remote = (props: Record<string, unknown>) =>
      building(declared("docker:index/remoteImage:RemoteImage", "web", props));
    assert.ok(remote({ name: "web", build: { context: "." } }));
    assert.ok(remote(unknown("build", { name: "web" })));
    assert.equal(remote({ name: "web" }), undefined);
  });

  for (const line of [
    "node dist/steps/main.js build",
    "node ../node_modules/slipway/dist/steps/main.js build",
    "docker build -t web .",
    "cd web && docker buildx build --push .",
    "docker buildx bake",
    "docker image build .",
    "docker --context far build .",
    "docker compose -f compose.yaml build web",
    "docker-compose build",
    "docker builder build .",
    "docker compose -f compose.yaml up -d --build web",
    "docker-compose up --build",
    "podman build .",
    "docker tag web web:2",
    "docker image tag web web:2",
    "docker --context far push web:2",
    "docker compose push",
    "docker commit web web:2",
    "cat web.tar | docker import - web:2",
    "docker buildx imagetools create -t web:2 web:1",
  ]) {
    it(`knows "${line}" as a build`, () => assert.ok(runs(line)));
  }

  for (const line of [
    "node dist/steps/main.js record",
    "node dist/steps/main.js copy",
    "node dist/steps/main.js builder",
    "node dist/steps/main.js record build",
    "docker ps --filter label=build",
    "docker exec web npm run build",
    "docker builder prune",
    "docker run --rm build",
    "docker stop build",
    "docker pull web:tag",
    "docker load -i web.tar",
    "docker exec web git tag v1 && git push",
    "docker image ls --filter label=tag",
    "docker compose up -d; make --build",
    "git push",
    "docker --context far exec web build",
    "docker compose up build",
    "npm run build",
    "",
  ]) {
    it(`knows "${line}" as none`, () => assert.equal(runs(line), undefined));
  }

  for (const line of [
    ...[
      '"docker" build .',
      "do'c'ker build .",
      "d\\ocker build .",
      "docker \\\n  build .",
      "/usr/bin/docker build .",
      "D=docker; $D build .",
    ],
    ...[
      "D=docker && ${D} buildx bake",
      "$(which docker) build .",
      "`command -v docker` build .",
      'sh -c "docker build ."',
    ],
    ...[
      "buildctl build --frontend x",
      "buildah bud .",
      "buildah build .",
      "skopeo copy docker://a docker://b",
      "crane push a.tar b",
    ],
  ]) {
    it(`knows ${JSON.stringify(line)} as one`, () => assert.ok(runs(line)));
  }

  it("reads a command together with its interpreter", () => {
    assert.ok(building(declared("command:local:Command", "own", { interpreter: ["docker"], create: "build ." })));
  });

  it("looks at what a command runs on an update, on another machine, and not at what is unknown", () => {
    assert.ok(building(declared("command:local:Command", "own", { create: "true", update: "docker build ." })));
    assert.ok(building(declared("command:remote:Command", "own", { create: "docker build ." })));
    assert.ok(building(declared("command:local:Command", "own", unknown("update", { create: "docker build ." }))));
    assert.equal(building(declared("command:local:Command", "own", unknown("create"))), undefined);
  });

  it("names a component once, and not its parts as well", () => {
    const command = { create: "node dist/steps/main.js build" };
    const part = declared("slipway:release:BuiltImage$command:local:Command", "app-release-web-build", command);
    assert.equal(building(part), undefined);
    const other = declared("slipway:services:Services$command:local:Command", "own-build", command);
    assert.ok(building(other));
  });
});
