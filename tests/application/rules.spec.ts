import assert from "node:assert/strict";
import { ComposeError } from "../../compose/problems";
import { applicationOf } from "../components/project";

/** Compose files that are refused, each with its one problem. */
const refused: [string, string, string][] = [
  [
    "a health that is waited for and is not to be checked",
    "services:\n  web: { image: web, depends_on: { db: { condition: service_healthy } } }\n  db: { image: db, healthcheck: { disable: true } }\n",
    "compose.yaml:2:36: services.web.depends_on.db: waits for db to be healthy, and the health check of db is switched off: give it one, or write condition: service_started",
  ],
  [
    "a health that is waited for and is not to be checked, in the other way to say it",
    "services:\n  web: { image: web, depends_on: { db: { condition: service_healthy } } }\n  db: { image: db, healthcheck: { test: [NONE] } }\n",
    "compose.yaml:2:36: services.web.depends_on.db: waits for db to be healthy, and the health check of db is switched off: give it one, or write condition: service_started",
  ],
  [
    "a health check without a test, of an image that is built",
    "services:\n  web: { build: ., healthcheck: { interval: 5s } }\n",
    "compose.yaml:2:20: services.web.healthcheck: changes the image's own health check, which cannot be handed over without its test: write test as well",
  ],
  [
    "a cleared entrypoint and no command",
    "services:\n  web: { image: web, entrypoint: [] }\n",
    "compose.yaml:2:22: services.web.entrypoint: clears the image's own entrypoint, and the image's own command alone cannot be handed over: write command as well",
  ],
  [
    "an alias of two lines",
    'services:\n  web: { image: web, networks: { front: { aliases: [shop, "a\\nglobal"] } } }\nnetworks: { front: }\n',
    'compose.yaml:2:59: services.web.networks.front.aliases[1]: is "a\\nglobal", which is no host\'s name: letters, digits, dashes and underscores make one, with dots between several',
  ],
  [
    "a job that publishes a port",
    "services:\n  migrate: { image: web, profiles: [job], ports: ['80:80'] }\n",
    "compose.yaml:2:51: services.migrate.ports[0]: publishes a port, and a job is gone before anyone could use it: take ports away (ports: !reset [])",
  ],
  [
    "a check that publishes a port",
    "services:\n  smoke: { image: web, profiles: [check], ports: ['80'] }\n",
    "compose.yaml:2:51: services.smoke.ports[0]: publishes a port, and a check is gone before anyone could use it: take ports away (ports: !reset [])",
  ],
  [
    "a service that is job and check",
    "services:\n  both: { image: web, profiles: [check, job] }\n",
    "compose.yaml:2:23: services.both.profiles: is job and check in one: write two services",
  ],
  [
    "onRollback on a service that runs on",
    "services:\n  web: { image: web, x-slipway: { onRollback: true } }\n",
    "compose.yaml:2:35: services.web.x-slipway.onRollback: is about jobs, and this service is none: give it profiles: [job], or take onRollback away",
  ],
  [
    "a service that waits for the end of one that publishes a port",
    "services:\n  web: { image: web, depends_on: { db: { condition: service_completed_successfully } } }\n  db: { image: db, ports: ['80:80'] }\n",
    "compose.yaml:3:28: services.db.ports[0]: publishes a port, and a job is gone before anyone could use it: take ports away (ports: !reset [])",
  ],
  [
    "a service that waits for a job to be healthy",
    "services:\n  web: { image: web, depends_on: { init: { condition: service_healthy } } }\n  init: { image: web, profiles: [job] }\n",
    "compose.yaml:2:36: services.web.depends_on.init: waits for the job init to be healthy, and a job ends: write condition: service_completed_successfully",
  ],
  [
    "a job that waits for a check",
    "services:\n  init: { image: web, profiles: [job], depends_on: [smoke] }\n  smoke: { image: web, profiles: [check] }\n",
    "compose.yaml:2:53: services.init.depends_on.smoke: waits for the check smoke, which runs after all services: take it away",
  ],
];

/** Places of a service where a secret would be there for everyone to read, or reach the Engine as a mark. */
const places: [string, string][] = [
  ["labels.token", "labels: { token: 'x-${TOKEN}' }"],
  ["command[1]", "command: [run, '${TOKEN}']"],
  ["entrypoint[0]", "entrypoint: ['${TOKEN}']\n    command: [a]"],
  ["healthcheck.test[1]", "healthcheck: { test: [CMD, '${TOKEN}'] }"],
  ["user", "user: '${TOKEN}'"],
  ["hostname", "hostname: '${TOKEN}'"],
  ["extra_hosts", "extra_hosts: ['a:${TOKEN}']"],
  ["logging.options.splunk-token", "logging: { driver: splunk, options: { splunk-token: '${TOKEN}' } }"],
];

describe("an application that a stage cannot run as it is written", () => {
  for (const [what, compose, sentence] of refused) {
    it(`has ${what}`, () => {
      assert.throws(
        () => applicationOf({ "compose.yaml": compose }),
        (error: unknown) => {
          assert.ok(error instanceof ComposeError);
          assert.equal(error.message, sentence);
          return true;
        },
      );
    });
  }

  for (const [place, section] of places) {
    it(`has a secret in ${place}`, () => {
      const compose = `services:\n  web:\n    image: web\n    ${section}\n`;
      assert.throws(
        () => applicationOf({ "compose.yaml": compose }, { env: { TOKEN: "t0ken" }, secretEnv: ["TOKEN"] }),
        (error: Error) => {
          assert.ok(!error.message.includes("t0ken"));
          assert.match(
            error.message,
            new RegExp(
              `^compose.yaml:4:\\d+: services\\.web\\.${place.replace(/[[\]]/g, "\\$&")}: holds the secret TOKEN, `,
            ),
          );
          return true;
        },
      );
    });
  }

  it("has a secret in a volume's options", () => {
    const compose =
      "services: { web: { image: web, volumes: ['share:/data'] } }\nvolumes: { share: { driver_opts: { o: 'password=${TOKEN}' } } }";
    assert.throws(
      () => applicationOf({ "compose.yaml": compose }, { env: { TOKEN: "t" }, secretEnv: ["TOKEN"] }),
      /volumes\.share\.driver_opts\.o: holds the secret TOKEN/,
    );
  });

  it("misspells a word under x-slipway", () => {
    const compose = "services:\n  web:\n    image: x\n    x-slipway: { sharesVolume: true }\n";
    assert.throws(
      () => applicationOf({ "compose.yaml": compose }),
      /compose\.yaml:4:\d+: services\.web\.x-slipway\.sharesVolume: is not known: it may be sharesVolumes/,
    );
  });

  it("has all its problems told at once", () => {
    const compose = "services:\n  a: { build: ., healthcheck: { interval: 1s } }\n  b: { build: ., entrypoint: [] }\n";
    assert.throws(
      () => applicationOf({ "compose.yaml": compose }),
      (error: Error) => error.message.split("\n").length === 2,
    );
  });
});

describe("an application that a stage can run", () => {
  it("may have secrets in environment, in a config's content, and in what nobody reads", () => {
    const compose = `
x-note: "\${TOKEN}"
services:
  web: { image: web, environment: { TOKEN: "\${TOKEN}" }, configs: [app] }
configs: { app: { content: "token=\${TOKEN}" } }`;
    const { config } = applicationOf({ "compose.yaml": compose }, { env: { TOKEN: "t0ken" }, secretEnv: ["TOKEN"] });
    assert.ok(!JSON.stringify(config).includes("t0ken"));
  });

  it("may wait for the start of a service without a health check", () => {
    const compose = "services: { web: { image: web, depends_on: [db] }, db: { image: db } }";
    assert.deepEqual(Object.keys(applicationOf({ "compose.yaml": compose }).config.services), ["web", "db"]);
  });
});
