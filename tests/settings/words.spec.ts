import assert from "node:assert/strict";
import { z } from "zod";
import { checkSettings } from "../../settings/settings";
import { SettingsError } from "../../settings/problems";
import { plainly } from "../../settings/words";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKey";
const id = "0123456789abcdef".repeat(2);

/** Settings that are right, in which each setting of every kind is there: what is put wrong in one of them is the only thing wrong. */
const right: Record<string, unknown>[] = [
  {
    compose: ["compose.yaml"],
    overlay: ["overlay.yaml"],
    machine: {
      kind: "ssh",
      host: "h",
      port: 22,
      user: "u",
      hostKey: [key],
      key: "k",
      jump: { host: "j", port: 22, user: "u", hostKey: key },
    },
    registry: {
      kind: "local",
      port: 5000,
      image: "registry:2",
      mirrors: { "docker.io": "https://mirror.example.com" },
    },
    env: { PORT: 1, NAME: "x" },
    generate: { SECRET: { length: 20, special: "-", rotate: "may" } },
    promoteFrom: "staging",
    release: "v1a2b3c4-20261121-143022",
    allowDirty: true,
    edge: {
      domain: ["a.example.com"],
      email: "a@example.com",
      acme: "https://acme.example.com/d",
      acmeRoot: "ca.pem",
      http: 80,
      https: 443,
    },
    checks: [{ service: "web", port: 80, path: "/", status: 200, text: "x", timeout: 5 }, { run: "smoke" }],
    watch: 10,
    backup: { keep: 1, days: 1 },
    retention: 5,
  },
  {
    compose: "compose.yaml",
    machine: {
      kind: "gce",
      project: "shop-123456",
      zone: "europe-west1-b",
      size: "e2-small",
      disk: { size: 20, type: "pd-ssd" },
      ports: [8080],
      updates: { install: "none", reboot: "04:00" },
    },
    registry: { kind: "artifact-registry", project: "shop-123456", location: "europe-west1", repository: "shop" },
  },
  {
    compose: "compose.yaml",
    machine: {
      kind: "azure",
      location: "westeurope",
      size: "Standard_B2s_v2",
      sshFrom: ["203.0.113.7/32"],
      dnsLabel: "shop",
    },
    registry: { kind: "acr", name: "shopregistry", location: "westeurope", sku: "Basic" },
    tunnel: {
      kind: "cloudflare",
      account: id,
      zone: id,
      name: "t",
      hostnames: ["a.example.com", { host: "b.example.com", service: "s", port: 3 }],
      connectors: 2,
    },
  },
  {
    compose: "compose.yaml",
    machine: { kind: "shared", of: "staging" },
    registry: { kind: "existing", address: "r.example.com", username: "u", password: "p", mirrors: {} },
    tunnel: { kind: "token", token: "t", hostnames: "a.example.com", image: "cloudflare/cloudflared:2026.8.2" },
  },
];

const wrong: unknown[] = [
  "",
  " ",
  " x ",
  "\n",
  "x y",
  null,
  true,
  0,
  -1,
  1.5,
  1e9,
  [],
  [""],
  [null],
  [[]],
  {},
  { a: 1 },
  { kind: "" },
  { kind: 5 },
];

/** The path of every setting in a value, the value itself first. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  const list = Array.isArray(value);
  return [
    path,
    ...Object.entries(value).flatMap(([name, part]) => places(part, [...path, list ? Number(name) : name])),
  ];
}

function put(value: unknown, [first, ...rest]: (string | number)[], wanted: unknown): unknown {
  if (first === undefined) return wanted;
  if (Array.isArray(value))
    return value.map((part: unknown, index) => (index === first ? put(part, rest, wanted) : part));
  return { ...(value as object), [first]: put((value as Record<string, unknown>)[first], rest, wanted) };
}

/** What no sentence may hold: what the checker of types says by itself. */
const raw =
  /Too (small|big)|Invalid|Unrecognized|expected |received|must be (string|number|boolean|array|object|record|int)\b|NaN|undefined|must be ?;/;

/** Where nothing, or next to nothing, would be taken for an answer. */
const mayBe: [RegExp, unknown[]][] = [
  [/^env\.|^checks\.\d+\.text$|^generate\.SECRET(\.|$)/, ["", " ", " x ", "\n", null, {}]],
  [
    /^(machine|registry)\.mirrors|^registry\.password$|^machine\.key$|^tunnel\.token$|^registry\.username$/,
    [" ", " x ", "\n"],
  ],
];

describe("a wrong setting", () => {
  for (const settings of right) {
    const kind = (settings["machine"] as { kind: string }).kind;

    it(`is right before it is put wrong, on ${kind}`, () => void checkSettings(settings));

    for (const path of places(settings).slice(1)) {
      it(`is told in a whole sentence, whatever it is: ${path.join(".")} on ${kind}`, () => {
        for (const value of wrong) {
          const values = put(settings, path, value) as Record<string, unknown>;
          try {
            checkSettings(values);
          } catch (error) {
            assert.ok(error instanceof SettingsError, `${JSON.stringify(value)}: ${String(error)}`);
            for (const line of error.message.split("\n")) {
              assert.match(line, /^slipway:\S.* .*[.?]$/, JSON.stringify(value));
              assert.doesNotMatch(line.replace(/found .*/, ""), raw, JSON.stringify(value));
            }
          }
        }
      });

      it(`is refused where it is empty or blank: ${path.join(".")} on ${kind}`, () => {
        const name = path.join(".");
        const allowed = mayBe.filter(([pattern]) => pattern.test(name)).flatMap(([, values]) => values);
        for (const value of ["", " ", "\n"].filter((value) => !allowed.includes(value))) {
          assert.throws(
            () => checkSettings(put(settings, path, value) as Record<string, unknown>),
            SettingsError,
            `${name}: ${JSON.stringify(value)}`,
          );
        }
      });
    }
  }

  it("is told of a release without a name", () => {
    assert.throws(() => checkSettings({ compose: "c.yaml", release: "" }), {
      message:
        'slipway:release must be the name of a release, such as v1a2b3c4-20261121-143022, or the digest of its record; take the setting away to follow on; found "".',
    });
  });

  it("shows no secret", () => {
    const values = {
      compose: "c.yaml",
      registry: { kind: "existing", address: "r", username: ["hidden"], password: ["hidden"] },
    };
    const machine = { kind: "ssh", host: "h", hostKey: key, key: ["hidden"] };
    assert.throws(
      () => checkSettings({ ...values, machine }),
      (error: Error) => {
        assert.equal(error.message.split("\n").length, 3);
        return !error.message.includes("hidden");
      },
    );
  });
});

describe("what a checker of types says by itself is put into words", () => {
  const cases: [z.ZodType, unknown, string][] = [
    [z.string(), 5, "a text"],
    [z.number(), "x", "a number"],
    [z.int(), 1.5, "a whole number"],
    [z.boolean(), "x", "true or false"],
    [z.array(z.string()), "x", "a list"],
    [z.object({}), "x", "a map"],
    [z.record(z.string(), z.string()), "x", "a map"],
    [z.string().min(1), "", "a text that is not empty"],
    [z.string().min(3), "", "a text of 3 characters at least"],
    [z.string().max(1), "xx", "a text of 1 character at most"],
    [z.array(z.string()).min(1), [], "a list that is not empty"],
    [z.array(z.string()).max(2), ["", "", ""], "a list of 2 entries at most"],
    [z.number().min(5), 1, "a number of 5 at least"],
    [z.number().max(5), 9, "a number of 5 at most"],
    [z.number().gt(5), 5, "a number of 6 at least"],
    [z.enum(["a", "b"]), "x", "a or b"],
    [z.literal("a"), "x", "a"],
    [z.union([z.string(), z.array(z.string())]), 5, "a text or a list"],
    [z.string().regex(/x/), "y", "a text of another form"],
    [z.email(), "y", "a text of the form email"],
    [z.number().multipleOf(5), 3, "a multiple of 5"],
    [z.string().refine(() => false), "x", "something else"],
    [z.string({ error: "a name" }), 5, "a name"],
  ];
  for (const [type, value, words] of cases) {
    it(`as "${words}"`, () => {
      const [issue] = type.safeParse(value).error?.issues ?? [];
      assert.ok(issue);
      assert.equal(plainly(issue), words);
    });
  }
});
