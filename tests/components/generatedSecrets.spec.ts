import assert from "node:assert/strict";
import type { StagePlan } from "../../plan/stage";
import { checkSettings } from "../../settings/settings";
import { Stage } from "../../components/stage";
import {
  container,
  declare,
  generated,
  hidden,
  inputOf,
  of,
  randomPassword,
  step,
  the,
  type Declared,
  unknown,
} from "./engine";
import { applicationOf } from "./project";
import { building, promoted, run, serviceOf } from "./shop";

const compose = `
services:
  web:
    build: ./web
    ports: [{ target: 3000, published: "8080", app_protocol: http }]
    environment: { SESSION_KEY: "\${SESSION_KEY}", LEVEL: info }
    configs: [{ source: app, target: /etc/app.conf }]
  migrate:
    build: ./web
    profiles: [job]
    environment: { DATABASE_URL: "postgres://shop:\${ROOT_PASSWORD}@db/shop" }
  smoke: { build: ./web, profiles: [check], environment: { KEY: "\${SESSION_KEY}" } }
  db:
    image: postgres:16
    secrets: [root]
    environment: { POSTGRES_PASSWORD_FILE: /run/secrets/root }
    volumes: ["data:/var/lib/postgresql/data"]
volumes: { data: }
secrets: { root: { environment: ROOT_PASSWORD } }
configs: { app: { content: "db=\${ROOT_PASSWORD};cache=\${DB_PASSWORD}" } }
`;

const { generate } = checkSettings({
  compose: "compose.yaml",
  generate: {
    ROOT_PASSWORD: {},
    SESSION_KEY: { length: 48, special: "-_", rotate: "2026-11" },
  },
});

const checks: StagePlan["checks"] = { http: [], runs: ["smoke"] };

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const plans: Record<string, StagePlan> = {
  "that builds": { ...building({ compose, generate }), checks },
  "that takes a release over": { ...promoted({ compose, generate }), checks },
};

for (const [kind, plan] of Object.entries(plans)) {
  describe(`the secrets that a stage ${kind} makes up for itself`, () => {
    const root = `${generated}app-generated-ROOT_PASSWORD`;
    const session = `${generated}app-generated-SESSION_KEY`;
    let resources: Declared[];

    before(async () => {
      ({ resources } = await run(plan));
    });

    it("are a random password each, kept for as long as its settings say", () => {
      const inputs = of(resources, randomPassword).map(({ name, inputs }) => [name, inputs]);
      assert.deepEqual(Object.fromEntries(inputs), {
        "app-generated-ROOT_PASSWORD": { length: 32, special: false },
        "app-generated-SESSION_KEY": {
          length: 48,
          special: true,
          overrideSpecial: "-_",
          keepers: { rotate: "2026-11" },
        },
        ...(plan.runsLocally ? { "shop-staging-registry-password": { length: 40, special: false } } : {}),
      });
    });

    it("reach a container's environment", () => {
      const { inputs, exposed } = serviceOf(resources, plan, "web");
      assert.deepEqual(inputs["envs"], ["LEVEL=info", `SESSION_KEY=${session}`]);
      assert.deepEqual(exposed["envs"], ["LEVEL=info", hidden]);
    });

    it("reach a container as files, beside secrets of other kinds", () => {
      const carried = (service: string): string[] => {
        const { inputs, exposed } = the(resources, container, `${service}-files-carrier`);
        assert.equal(exposed["uploads"][0].contentBase64, hidden);
        return inputs["uploads"].map(({ contentBase64 }: { contentBase64: string }) => contentBase64);
      };
      assert.deepEqual(carried("db"), [base64(root)]);
      assert.deepEqual(carried("web"), [base64(`db=${root};cache=planted-Xy7-password`)]);
    });

    it("reach jobs and checks", () => {
      const job = the(resources, step, "-jobs-migrate");
      assert.ok(JSON.stringify(inputOf(job)["container"]).includes(`postgres://shop:${root}@db/shop`));
      assert.equal(job.exposed["stdin"], hidden);
      const cutover = the(resources, step, "-cutover");
      assert.ok(JSON.stringify(inputOf(cutover)).includes(`KEY=${session}`));
      assert.equal(cutover.exposed["stdin"], hidden);
    });

    it("show in no input, and leave no mark", () => {
      for (const { type, name, exposed } of resources) {
        const text = JSON.stringify(exposed);
        assert.ok(!text.includes(generated), `${type} ${name} shows a secret`);
        assert.ok(!text.includes(base64(root).slice(0, 16)), `${type} ${name} shows a secret in base64`);
        assert.ok(!/[\uE000\uE001]/.test(text), `${type} ${name} has a secret's mark left in it`);
      }
    });

    it("need not be known in a preview", async () => {
      const { resources: foreseen } = await declare({ ...plan.id, preview: true }, () => void new Stage("app", plan));
      assert.deepEqual(serviceOf(foreseen, plan, "web").inputs["envs"], ["LEVEL=info", unknown]);
      assert.deepEqual(foreseen.map(({ urn }) => urn).sort(), resources.map(({ urn }) => urn).sort());
    });
  });
}

describe("a stage that makes nothing up", () => {
  it("has no component for it", async () => {
    const { resources } = await run(building());
    assert.deepEqual(of(resources, "slipway:secrets:GeneratedSecrets"), []);
  });
});

/** Places of a service where a secret that is made up cannot stand, and how the refusal goes on. */
const places: [string, string, RegExp][] = [
  ["a port", "ports: ['${KEY}:80']", /services\.web\.ports\[0\]: .* is no port or range of ports/],
  [
    "a port's long form",
    "ports: [{ target: 80, published: '${KEY}' }]",
    /services\.web\.ports\[0\]\.published: holds the secret KEY, /,
  ],
  ["a label", "labels: { key: 'x${KEY}' }", /services\.web\.labels\.key: holds the secret KEY, /],
  ["a volume", "volumes: ['${KEY}:/data']", /services\.web\.volumes\[0\]: .* is not defined/],
  ["a mount's target", "volumes: ['data:/data/${KEY}']", /services\.web\.volumes\[0\]: holds the secret KEY, /],
  ["a command", "command: serve ${KEY}", /services\.web\.command: holds the secret KEY, /],
  [
    "a build argument",
    "build: { context: ., args: { KEY: '${KEY}' } }",
    /services\.web\.build\.args\.KEY: holds the secret KEY, /,
  ],
  ["a limit", "mem_limit: '${KEY}'", /services\.web\.mem_limit: .* is not a size/],
];

describe("a secret that a stage makes up", () => {
  const refused = (text: string, line: number, what: RegExp): void =>
    assert.throws(
      () => applicationOf({ "compose.yaml": text }, { generated: ["KEY"] }),
      (error: Error) => {
        assert.match(error.message, new RegExp(`^compose\\.yaml:${line}:\\d+: ${what.source}`));
        return true;
      },
    );

  for (const [place, section, what] of places) {
    it(`cannot stand in ${place}`, () => {
      refused(`services:\n  web:\n    image: web\n    ${section}\nvolumes: { data: }\n`, 4, what);
    });
  }

  it("cannot be an image's name", () => {
    refused("services:\n  web:\n    image: 'web:${KEY}'\n", 3, /services\.web\.image: holds the secret KEY, /);
  });
});
