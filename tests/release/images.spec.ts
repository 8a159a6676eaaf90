import assert from "node:assert/strict";
import { ContextError } from "../../release/context";
import { ImageError, planImages, type ImagePlan } from "../../release/images";
import { ownPlaces } from "../../release/ownPlaces";
import { parseReference } from "../../registry/client/reference";
import { digestOf } from "../components/engine";
import { applicationOf } from "../components/project";
import { Folder } from "./folder";

describe("the images of a release", () => {
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder().write({
      "web/Dockerfile": "FROM scratch\n",
      "web/a": "a",
      "api/Dockerfile": "FROM scratch\n",
      "shared/lib": "1",
    });
  });
  afterEach(() => folder.remove());

  const plan = (services: string, platform = "linux/amd64"): ImagePlan[] =>
    planImages(applicationOf({ "compose.yaml": `services:\n${services}` }).config, {
      root: folder.path,
      project: "shop",
      platform,
    });

  const only = (services: string): ImagePlan => {
    const [image, ...more] = plan(services);
    assert.ok(image && more.length === 0);
    return image;
  };

  it("are one for each build and one for each third-party image, in a stable order", () => {
    const images = plan(
      "  web: { build: ./web }\n  db: { image: 'postgres:16' }\n  cache: { image: 'ghcr.io/team/redis:7' }\n",
    );
    assert.deepEqual(
      images.map(({ services, repository, from }) => [services, repository, from.kind]),
      [
        [["cache"], "shop/ghcr.io/team/redis", "copy"],
        [["db"], "shop/postgres", "copy"],
        [["web"], "shop/web", "build"],
      ],
    );
  });

  it("are one for services that build the same, or name the same", () => {
    const images = plan(
      "  web: { build: ./web }\n  worker: { build: ./web, command: [work] }\n  a: { image: 'redis:7' }\n  b: { image: 'redis:7' }\n",
    );
    assert.deepEqual(
      images.map(({ services }) => services),
      [
        ["a", "b"],
        ["web", "worker"],
      ],
    );
  });

  it("are one for services that name the same in different ways", () => {
    const digest = digestOf("redis");
    const ways: string[][] = [
      ["redis", "redis:latest", "docker.io/redis", "docker.io/library/redis", "index.docker.io/library/redis:latest"],
      [`redis@${digest}`, `docker.io/library/redis@${digest}`],
      [`redis:7@${digest}`, `docker.io/redis:7@${digest}`],
      ["ghcr.io/team/app", "GHCR.io/team/app:latest"],
      ["team/app:1", "docker.io/team/app:1"],
    ];
    const references = ways.flat();
    const images = plan(references.map((reference, index) => `  s${index}: { image: '${reference}' }\n`).join(""));
    assert.equal(images.length, ways.length);
    assert.deepEqual(images.map(({ services }) => services.length).sort(), ways.map(({ length }) => length).sort());
    assert.equal(images.find(({ tag }) => tag === "latest")?.name, "redis:latest");
  });

  it("follow their tag where one of the ways that a service names it in says so", () => {
    const [image, ...more] = plan("  a: { image: redis }\n  b: { image: 'redis:latest', pull_policy: always }\n");
    assert.ok(image?.from.kind === "copy" && image.from.always && more.length === 0);
  });

  it("are told apart where a path cannot say from which registry each is", () => {
    const long = "x".repeat(128);
    const references = ["a.example:5000/app:1", "a-example:5000/app:1", "a.example-5000/app:1", `app:${long}`];
    const digest = digestOf("app");
    references.push(`app:${long}@${digest}`, `app:7-${digest.slice(7, 19)}`, `app:7@${digest}`);
    const images = plan(references.map((reference, index) => `  s${index}: { image: '${reference}' }\n`).join(""));
    assert.equal(images.length, references.length);
    assert.equal(new Set(images.map(({ name }) => name)).size, images.length, "resources");
    assert.equal(new Set(images.map(({ repository, tag }) => `${repository}:${tag}`)).size, images.length, "tags");
    for (const { repository, tag } of images) parseReference(`${repository}:${tag}`);
  });

  it("are two for builds of one folder that differ", () => {
    assert.equal(plan("  a: { build: ./web }\n  b: { build: { context: ./web, target: x } }\n").length, 2);
    assert.equal(plan("  a: { build: ./web }\n  b: { build: { context: ./web, args: { A: '1' } } }\n").length, 2);
  });

  it("are never two under one name or one tag", () => {
    const digests = [digestOf("a"), digestOf("b")];
    const references = [
      "team/app:1",
      "ghcr.io/team/app:1",
      "team-app:1",
      "redis:7",
      ...digests.flatMap((digest) => [`redis@${digest}`, `redis:7@${digest}`]),
    ];
    const services = references.map((reference, index) => `  s${index}: { image: '${reference}' }\n`).join("");
    const images = plan(`${services}  other: { image: 'redis:7', platform: linux/arm/v6 }\n`, "linux/arm/v7");
    assert.equal(images.length, references.length + 1);
    assert.equal(new Set(images.map(({ name }) => name)).size, images.length, "resources");
    assert.equal(new Set(images.map(({ repository, tag }) => `${repository}:${tag}`)).size, images.length, "tags");
    for (const { repository, tag } of images) {
      parseReference(`${repository}:${tag}`);
    }
  });

  it("lie in repositories that may be called so, whatever their services are called", () => {
    const repositories = ["Web", "my_api.v2", "a..b", "_x_"].map(
      (name) => only(`  ${name}: { build: ./web }`).repository,
    );
    assert.deepEqual(repositories, ["shop/web", "shop/my_api.v2", "shop/a-b", "shop/x"]);
  });

  describe("that are copied", () => {
    const copies: [string, string, string, string][] = [
      ["postgres:16", "shop/postgres", "16", "docker.io's own"],
      ["postgres", "shop/postgres", "latest", "no tag"],
      ["docker.io/library/redis:7", "shop/redis", "7", "a long form"],
      ["grafana/loki:2.9", "shop/grafana/loki", "2.9", "a team's"],
      ["registry.example.com:5000/a/b:x", "shop/registry-example-com-5000/a/b", "x", "another registry's"],
    ];
    for (const [reference, repository, tag, what] of copies) {
      it(`keep path and tag: ${what}`, () => {
        const image = only(`  app: { image: '${reference}' }`);
        assert.equal(image.repository, repository);
        assert.equal(image.tag, tag);
        assert.deepEqual(image.from, { kind: "copy", reference, always: false });
      });
    }

    it("follow their tag only where they are told to", () => {
      const { from } = only("  app: { image: 'app:1', pull_policy: always }");
      assert.ok(from.kind === "copy" && from.always);
      const [shared] = plan("  a: { image: 'app:1' }\n  b: { image: 'app:1', pull_policy: always }\n");
      assert.ok(shared?.from.kind === "copy" && shared.from.always);
    });
  });

  describe("that are built", () => {
    const web = (build: string) => only(`  web: { build: ${build} }`);
    const tagOf = (build: string): string => web(build).tag;

    it("have a tag of their content, wherever the folder is", () => {
      const before = tagOf("./web");
      assert.match(before, /^[0-9a-f]{64}$/);
      assert.equal(tagOf("./web"), before);
      using other = new Folder().write({ "web/Dockerfile": "FROM scratch\n", "web/a": "a" });
      const { config } = applicationOf({ "compose.yaml": "services: { web: { build: ./web } }" });
      const [moved] = planImages(config, { root: other.path, project: "shop", platform: "linux/amd64" });
      assert.equal(moved?.tag, before);
    });

    const full = `{
      context: ./web, dockerfile: Dockerfile, args: { A: "1" }, target: run, labels: { a: b }, network: none,
      extra_hosts: ["a:1.1.1.1"], shm_size: 64m, additional_contexts: { shared: ./shared } }`;

    const others: Record<string, string> = {
      "an argument": full.replace('"1"', '"2"'),
      "the target": full.replace("target: run", "target: test"),
      "a label": full.replace("a: b", "a: c"),
      "the network": full.replace("network: none", "network: host"),
      "a host": full.replace("1.1.1.1", "1.1.1.2"),
      "the memory to share": full.replace("64m", "65m"),
      "a context more": full.replace("shared: ./shared", "shared: ./shared, more: ./api"),
    };
    for (const [what, build] of Object.entries(others)) {
      it(`have another tag for ${what}`, () => assert.notEqual(tagOf(build), tagOf(full)));
    }

    const same: Record<string, string> = {
      "how it is cached": full.replace("target: run", "target: run, no_cache: true, cache_from: [x], pull: true"),
      "how its Dockerfile is named, if by default": full.replace("dockerfile: Dockerfile, ", ""),
    };
    for (const [what, build] of Object.entries(same)) {
      it(`have the same tag whatever says ${what}`, () => assert.equal(tagOf(build), tagOf(full)));
    }

    it("have another tag for one byte of a further context", () => {
      const before = tagOf(full);
      folder.write({ "shared/lib": "2" });
      assert.notEqual(tagOf(full), before);
    });

    it("have another tag on another platform", () => {
      assert.notEqual(plan("  web: { build: ./web }", "linux/arm64")[0]?.tag, tagOf("./web"));
    });

    it("carry what docker build is to be told", () => {
      const { from } = web(full);
      assert.ok(from.kind === "build");
      assert.deepEqual(from.build, {
        context: "web",
        dockerfile: "Dockerfile",
        inline: undefined,
        args: { A: "1" },
        target: "run",
        platform: "linux/amd64",
        network: "none",
        labels: { a: "b" },
        cacheFrom: [],
        extraHosts: ["a=1.1.1.1"],
        additionalContexts: { shared: "shared" },
        shmSize: "67108864",
        noCache: false,
        pull: false,
      });
    });

    it("may have their Dockerfile in the compose file", () => {
      const inline = (text: string) => `{ context: ./web, dockerfile_inline: "${text}" }`;
      const { from } = web(inline("FROM scratch"));
      assert.ok(from.kind === "build");
      assert.deepEqual([from.build.inline, from.build.dockerfile], ["FROM scratch", undefined]);
      assert.notEqual(tagOf(inline("FROM scratch")), tagOf(inline("FROM other")));
    });

    it("need their folder", () => {
      assert.throws(() => tagOf("./missing"), ContextError);
    });

    it("take nothing of Slipway's own with them, and stay as they are whatever happens there", () => {
      folder.write({ Dockerfile: "FROM scratch\n", "Pulumi.yaml": "name: shop\n" });
      const { config } = applicationOf({ "compose.yaml": "services: { all: { build: . } }" });
      const all = (): ImagePlan | undefined =>
        planImages(config, {
          root: folder.path,
          project: "shop",
          platform: "linux/amd64",
          own: ownPlaces(folder.path, {}),
        })[0];
      const before = all()?.tag;
      folder.write({
        ".slipway/ssh/shop/staging/key": "secret",
        ".slipway-runner/staging.json": "{}",
        ".pulumi-state/passphrase": "secret",
        "Pulumi.staging.yaml": "config: {}\n",
      });
      const after = all();
      assert.equal(after?.tag, before);
      assert.ok(after?.from.kind === "build");
      assert.deepEqual(
        after.from.files.filter(({ path }) => /slipway|pulumi-state|staging/.test(path)),
        [],
      );
    });

    it("are made of another service's image where a context says so, and come anew with it", () => {
      const services =
        "  app: { build: { context: ./web, additional_contexts: { base: 'service:zero', shared: ./shared } } }\n  zero: { build: ./api }\n";
      const [app, zero, ...more] = plan(services);
      assert.ok(app?.from.kind === "build" && zero && more.length === 0);
      assert.deepEqual([app.services, zero.services, app.from.bases], [["app"], ["zero"], { base: "zero" }]);
      assert.deepEqual(app.from.build.additionalContexts, { shared: "shared" });
      folder.write({ "api/new": "1" });
      const [now] = plan(services);
      assert.notEqual(now?.tag, app.tag);
    });

    it("cannot be made of each other", () => {
      const build = (other: string): string =>
        `{ build: { context: ./web, additional_contexts: { x: 'service:${other}' } } }`;
      assert.throws(
        () => plan(`  a: ${build("b")}\n  b: ${build("a")}\n`),
        /The images of a → b → a are each built of the next \(additional_contexts\)/,
      );
    });

    it("need BuildKit for further contexts", () => {
      const { config } = applicationOf({
        "compose.yaml": "services: { web: { build: { context: ./web, additional_contexts: { shared: ./shared } } } }",
      });
      assert.throws(
        () => planImages(config, { root: folder.path, project: "shop", platform: "linux/amd64", builder: "classic" }),
        new ImageError(
          "The service web is built with additional_contexts, which the classic builder of Docker does not know: install its buildx plugin (https://docs.docker.com/go/buildx/), and take DOCKER_BUILDKIT=0 away.",
        ),
      );
    });

    it("need their Dockerfile", () => {
      assert.throws(
        () => tagOf("{ context: ./web, dockerfile: other.Dockerfile }"),
        new ImageError(
          `The service web is built by ${folder.at("web/other.Dockerfile")}, which is not there: name its Dockerfile, as in dockerfile: Dockerfile.`,
        ),
      );
    });
  });

  describe("have a platform", () => {
    const platformOf = (service: string, machine = "linux/amd64"): string | undefined =>
      plan(`  app: ${service}`, machine)[0]?.platform;

    it("of the machine, unless they ask for another that it can run", () => {
      assert.equal(platformOf("{ image: app }"), "linux/amd64");
      assert.equal(platformOf("{ image: app }", "linux/arm64"), "linux/arm64");
      assert.equal(platformOf("{ image: app, platform: linux/arm/v6 }", "linux/arm/v7"), "linux/arm/v6");
      assert.equal(platformOf("{ build: { context: ./web, platforms: [linux/amd64] } }"), "linux/amd64");
    });

    it("that the machine can run, or are refused by name", () => {
      assert.throws(
        () => platformOf("{ image: app, platform: linux/arm64 }"),
        new ImageError(
          "The service app asks for the platform linux/arm64, and this stage's machine is linux/amd64: take a machine of that platform, or take platform away.",
        ),
      );
    });
  });
});
