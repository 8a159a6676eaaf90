import assert from "node:assert/strict";
import { ComposeError } from "../../compose/problems";
import { applicationOf } from "../components/project";

const compose = `
services:
  web:
    build: ./web
    environment: { STAGE: "\${SLIPWAY_STAGE}", PROJECT: "\${SLIPWAY_PROJECT}", LEVEL: info }
    ports: [{ target: 80, published: "8080", app_protocol: http }]
  db: { image: "postgres:16", volumes: ["data:/data"] }
volumes: { data: }
`;

const withOverlay = (overlay: string, stage = "staging") =>
  applicationOf({ "compose.yaml": compose, "overlay.yaml": overlay }, { overlay: ["overlay.yaml"], stage });

describe("an application, as a stage reads it", () => {
  it("knows its stage and project", () => {
    const { config } = applicationOf({ "compose.yaml": compose }, { stage: "production" });
    assert.deepEqual(config.services["web"]?.environment, { STAGE: "production", PROJECT: "shop", LEVEL: "info" });
  });

  it("names its volumes after both", () => {
    assert.equal(applicationOf({ "compose.yaml": compose }).config.volumes?.["data"]?.name, "shop-staging_data");
  });

  it("may have its variables set by hand, its stage included", () => {
    const { config } = applicationOf({ "compose.yaml": compose }, { env: { SLIPWAY_STAGE: "preview" } });
    assert.equal(config.services["web"]?.environment?.["STAGE"], "preview");
  });

  it("has its jobs and checks whatever profiles are active, and those of COMPOSE_PROFILES beside them", () => {
    const services =
      "web: {image: a}, init: {image: a, profiles: [job], volumes: [data:/d]}, smoke: {image: a, profiles: [check]}";
    const text = `services: {${services}, debug: {image: a, profiles: [debug]}}\nvolumes: {data: }`;
    const read = (env: Record<string, string>) => applicationOf({ "compose.yaml": text }, { env });
    assert.deepEqual(Object.keys(read({}).config.services), ["web", "init", "smoke"]);
    assert.deepEqual(Object.keys(read({ COMPOSE_PROFILES: "debug" }).config.services), [
      "web",
      "init",
      "smoke",
      "debug",
    ]);
    assert.deepEqual(Object.keys(read({}).config.volumes ?? {}), ["data"]);
    assert.deepEqual(read({}).stopFirst, [], "a job that writes to a volume is not stopped before it is replaced");
  });

  it("tells which variables are missing, and goes on", () => {
    const { warnings } = applicationOf({ "compose.yaml": "services: { a: { image: a, command: ['${MISSING}x'] } }" });
    assert.deepEqual(warnings, ["The variable MISSING is not set: it counts as empty."]);
  });

  it("tells every problem of its files, with their places", () => {
    const wrong = "services:\n  a:\n    image: a\n    pid: host\n    network_mode: container:x\n";
    assert.throws(
      () => applicationOf({ "compose.yaml": wrong }),
      (error: unknown) => {
        assert.ok(error instanceof ComposeError);
        assert.match(
          error.message,
          /^compose\.yaml:4:5: services\.a\.pid: .*\ncompose\.yaml:5:5: services\.a\.network_mode: /,
        );
        return true;
      },
    );
  });

  describe("with a stage's overlay", () => {
    it("changes how services run", () => {
      const { config, routes } = withOverlay(`
services:
  web: { environment: { LEVEL: debug }, mem_limit: 64m, ports: !override [{ target: 80, published: "9090", app_protocol: http }] }`);
      assert.equal(config.services["web"]?.environment?.["LEVEL"], "debug");
      assert.equal(config.services["web"]?.mem_limit, String(64 << 20));
      assert.deepEqual(
        routes.map(({ published }) => published),
        [9090],
      );
    });

    it("is no part of the release", () => {
      const application = withOverlay("services: { web: { environment: { LEVEL: debug } } }");
      assert.deepEqual(application.files, ["compose.yaml"]);
      assert.equal(application.base.config.services["web"]?.environment?.["LEVEL"], "info");
    });

    it("may change which services are stopped first", () => {
      assert.deepEqual(withOverlay("services: { db: { ports: ['5432:5432'] } }").stopFirst, ["db"]);
      assert.deepEqual(withOverlay("services: { web: { ports: ['81:81'] } }").stopFirst, ["web", "db"]);
    });

    it("cannot name a service that the release lacks", () => {
      assert.throws(() => withOverlay("services: { proxy: { image: nginx } }"), {
        message:
          "overlay.yaml:1:13: services.proxy: The overlay overlay.yaml names the service proxy, which the release lacks; it has web, db: add the service to the release's compose file",
      });
    });

    it("cannot misspell a service, which then has nothing to run either", () => {
      assert.throws(
        () => withOverlay("services: { wbe: { environment: { LEVEL: debug } } }"),
        /^ApplicationError: overlay.yaml:1:13: services.wbe: The overlay overlay.yaml names the service wbe, which the release lacks; it has web, db[^\n]*$/,
      );
    });

    for (const [key, section] of [
      ["image", "db: { image: 'postgres:17' }"],
      ["build", "web: { build: { args: { A: '1' } } }"],
      ["platform", "db: { platform: linux/arm64 }"],
    ] as const) {
      it(`cannot change ${key}`, () => {
        const service = section.split(":")[0];
        assert.throws(
          () => withOverlay(`services: { ${section} }`),
          new RegExp(
            `^ApplicationError: overlay.yaml:1:\\d+: services.${service}.${key}: The overlay overlay.yaml changes ${key} of the service ${service}; every stage runs the same images: change it in the release's compose file$`,
          ),
        );
      });
    }
  });
});
