import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { checkSettings, readSettings } from "../../settings/settings";
import { SettingsError } from "../../settings/problems";

describe("the settings", () => {
  it("take a compose file alone and fill in the rest", () => {
    assert.deepEqual(checkSettings({ compose: "compose.yaml" }), {
      compose: ["compose.yaml"],
      overlay: [],
      machine: { kind: "local" },
      registry: { kind: "local", port: 5000, image: "registry:2", mirrors: {} },
      env: {},
      generate: {},
      allowDirty: false,
      allow: [],
      approvals: 0,
      signing: {},
      retention: 20,
      edge: {
        domain: [],
        acme: "https://acme-v02.api.letsencrypt.org/directory",
        http: 80,
        https: 443,
        connectionsPerClient: 500,
        requestsPerClient: 500,
        clientTimeout: 60,
      },
      checks: [],
      watch: 10,
      backup: { keep: 10, days: 30, recipients: [] },
    });
  });

  it("take a list where one path would do", () => {
    const { compose, overlay } = checkSettings({ compose: ["a.yaml", "b.yaml"], overlay: "c.yaml" });
    assert.deepEqual(compose, ["a.yaml", "b.yaml"]);
    assert.deepEqual(overlay, ["c.yaml"]);
  });

  it("need no compose file where a release is taken over", () => {
    assert.equal(checkSettings({ promoteFrom: "staging" }).promoteFrom, "staging");
    assert.equal(checkSettings({ release: "v1-20260101-000000" }).release, "v1-20260101-000000");
  });

  it("make text of a variable's number or truth value", () => {
    const { env } = checkSettings({ compose: "c.yaml", env: { PORT: 8080, DEBUG: false, NAME: "shop" } });
    assert.deepEqual(env, { PORT: "8080", DEBUG: "false", NAME: "shop" });
  });

  it("read true, false and numbers from text, as pulumi config set writes them", () => {
    const settings = checkSettings({ compose: "c.yaml", allowDirty: "true", retention: "7" });
    assert.equal(settings.allowDirty, true);
    assert.equal(settings.retention, 7);
    assert.equal(checkSettings({ compose: "c.yaml", allowDirty: "false" }).allowDirty, false);
  });

  it("fill in what a machine over SSH leaves open", () => {
    const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKey";
    const over = (more: object): unknown =>
      checkSettings({ compose: "c.yaml", machine: { kind: "ssh", host: "shop.example.com", ...more } }).machine;
    const plain = { kind: "ssh", host: "shop.example.com", port: 22, user: "root", hostKey: [key] };
    assert.deepEqual(over({ hostKey: `${key} root@shop\n` }), plain);
    assert.deepEqual(over({ hostKey: [key], jump: { host: "gate", user: "me", hostKey: key } }), {
      ...plain,
      jump: { host: "gate", port: 22, user: "me", hostKey: [key] },
    });
  });

  it("fill in what an existing registry leaves open", () => {
    const { registry } = checkSettings({
      compose: "c.yaml",
      registry: { kind: "existing", address: "registry.example.com:5000/team" },
    });
    assert.deepEqual(registry, { kind: "existing", address: "registry.example.com:5000/team", mirrors: {} });
  });
});

const publicKey = "a public key of age, age1…, as age-keygen -y key.txt prints it";

/** Settings beside a valid `compose`, and the one sentence that says what is wrong with them. */
const refused: [string, Record<string, unknown>, string][] = [
  [
    "a wrong kind of machine",
    { machine: { kind: "cloud" } },
    `slipway:machine.kind must be { kind: local }, this machine's Docker Engine, { kind: ssh, host: …, hostKey: … }, { kind: gce, project: …, zone: … }, { kind: azure, location: …, sshFrom: […] } or { kind: shared, of: … }, another stage's machine; found "cloud".`,
  ],
  [
    "a machine that is no map",
    { machine: "local" },
    `slipway:machine must be { kind: local }, this machine's Docker Engine, { kind: ssh, host: …, hostKey: … }, { kind: gce, project: …, zone: … }, { kind: azure, location: …, sshFrom: […] } or { kind: shared, of: … }, another stage's machine; found "local".`,
  ],
  [
    "a machine whose host key is not given",
    { machine: { kind: "ssh", host: "shop.example.com" } },
    "slipway:machine.hostKey must be the host's public key, such as ssh-ed25519 AAAA…, or a list of them (ssh-keyscan <host> shows them behind the host's name; compare them with what the host's owner says); it is not set.",
  ],
  [
    "a machine whose host is an address of the docker command",
    { machine: { kind: "ssh", host: "ssh://shop", hostKey: "ssh-ed25519 AAAA" } },
    `slipway:machine.host must be a host's name or address alone, such as shop.example.com; found "ssh://shop".`,
  ],
  [
    "a port beyond the last",
    { registry: { kind: "local", port: 70000 } },
    "slipway:registry.port must be a whole number from 1 to 65535; found 70000.",
  ],
  [
    "a port in words",
    { registry: { kind: "local", port: "high" } },
    `slipway:registry.port must be a whole number from 1 to 65535; found "high".`,
  ],
  [
    "half a release to keep",
    { retention: 2.5 },
    "slipway:retention must be a whole number from 1 to 10000; found 2.5.",
  ],
  ["no release to keep", { retention: 0 }, "slipway:retention must be a whole number from 1 to 10000; found 0."],
  [
    "what is no public key for backups",
    { backup: { recipients: ["ssh-ed25519 AAAA"] } },
    `slipway:backup.recipients.0 must be ${publicKey}: keys of SSH and of age's plugins are not known here; found "ssh-ed25519 AAAA".`,
  ],
  [
    "a public key for backups with a wrong letter",
    { backup: { recipients: ["age1vj96uwa5dd6m7pwwnk7ta43emkjgtrpladxjc9tec0yh6l5829csta7vzz"] } },
    `slipway:backup.recipients.0 must be ${publicKey}: a character of this one is wrong or missing; found "age1vj96uwa5dd6m7pwwnk7ta43emkjgtrpladxjc9tec0yh6l5829csta7vzz".`,
  ],
  [
    "a private key for backups, which the message leaves out",
    { backup: { recipients: ["AGE-SECRET-KEY-1ESZGV2JM6MMH2PF5H0MWG0UJVAC2YVUG2WASLWRTN9PVAGRWXV3QZPC699"] } },
    `slipway:backup.recipients.0 must be ${publicKey}, and no private one, which is to be replaced, since it may have been seen; it is not.`,
  ],
  ["a flag in other words", { allowDirty: "yes" }, `slipway:allowDirty must be true or false; found "yes".`],
  [
    "an overlay that is no path",
    { overlay: { path: "x" } },
    `slipway:overlay must be a path or a list of paths; found {"path":"x"}.`,
  ],
  ["an empty list of files", { overlay: [] }, "slipway:overlay must be a path or a list of paths; found []."],
  [
    "a variable with a space",
    { env: { "WEB PORT": "1" } },
    `slipway:env.WEB PORT must be a variable name: letters, digits and _; found "1".`,
  ],
  [
    "a variable with a list",
    { env: { PORTS: [1, 2] } },
    "slipway:env.PORTS must be text, a number or true/false; found [1,2].",
  ],
  [
    "variables that are no map",
    { env: "A=b" },
    `slipway:env must be a map from variable names to values; found "A=b".`,
  ],
  [
    "an address that is missing",
    { registry: { kind: "existing" } },
    "slipway:registry.address must be a host with an optional port and path, such as registry.example.com:5000/team; it is not set.",
  ],
  [
    "an address with a slash at the end",
    { registry: { kind: "existing", address: "registry.example.com/" } },
    `slipway:registry.address must be a host with an optional port and path, such as registry.example.com:5000/team; found "registry.example.com/".`,
  ],
  ["a misspelt setting", { overlays: "x.yaml" }, "slipway:overlays is not a setting: did you mean overlay?"],
  [
    "a setting like no other",
    { telemetryEndpoint: "x" },
    "slipway:telemetryEndpoint is not a setting: known are compose, overlay, machine, registry, env, generate, promoteFrom, release, approvals, signing, allowDirty, allow, edge, tunnel, checks, watch, backup, retention.",
  ],
  [
    "a misspelt setting within another",
    { registry: { kind: "local", prot: 5000 } },
    "slipway:registry.prot is not a setting: did you mean port?",
  ],
  [
    "a setting of another kind",
    { machine: { kind: "local", host: "web.example.com" } },
    "slipway:machine.host is not a setting: known are kind.",
  ],
];

describe("settings that are refused", () => {
  for (const [what, values, sentence] of refused) {
    it(what, () => {
      assert.throws(() => checkSettings({ compose: "c.yaml", ...values }), new SettingsError(sentence));
    });
  }

  it("no application and no release", () => {
    assert.throws(
      () => checkSettings({}),
      /^Error: slipway:compose is not set: name the application's compose file, as in pulumi config set/,
    );
  });

  it("all at once, a line each", () => {
    assert.throws(
      () => checkSettings({ compose: "c.yaml", retention: "many", allowDirty: 3 }),
      (error: Error) => error.message.split("\n").length === 2,
    );
  });
});

describe("the settings of a stack", () => {
  let directory: string;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "slipway-settings-"));
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "shop", "staging");
  });

  afterEach(() => {
    pulumi.runtime.setAllConfig({});
    rmSync(directory, { recursive: true, force: true });
  });

  /** Sets the stack's configuration as the engine hands it over, and the stacks' settings files. */
  const given = (
    config: Record<string, string>,
    secretKeys: string[] = [],
    files: Record<string, string> = {},
  ): void => {
    pulumi.runtime.setAllConfig(config, secretKeys);
    for (const [stack, text] of Object.entries(files)) {
      writeFileSync(join(directory, `Pulumi.${stack}.yaml`), text);
    }
  };

  it("come from the slipway namespace alone, structured ones as JSON", () => {
    given({
      "slipway:compose": `["compose.yaml","more.yaml"]`,
      "slipway:env": `{"WEB_PORT":"8080"}`,
      "slipway:allowDirty": "true",
      "docker:host": "ssh://elsewhere",
    });
    const settings = readSettings(directory);
    assert.deepEqual(settings.compose, ["compose.yaml", "more.yaml"]);
    assert.deepEqual(settings.env, { WEB_PORT: "8080" });
    assert.equal(settings.allowDirty, true);
    assert.equal(settings.project, "shop");
    assert.equal(settings.stage, "staging");
    assert.equal(settings.ownRegistry, false);
  });

  it("keep a text that only looks like JSON", () => {
    given({ "slipway:compose": "[draft] compose.yaml" });
    assert.deepEqual(readSettings(directory).compose, ["[draft] compose.yaml"]);
  });

  it("say whether the stage names a registry itself", () => {
    given({ "slipway:compose": "c.yaml", "slipway:registry": `{"kind":"local","port":"5001"}` });
    const settings = readSettings(directory);
    assert.equal(settings.ownRegistry, true);
    assert.deepEqual(settings.registry, { kind: "local", port: 5001, image: "registry:2", mirrors: {} });
  });

  it("cannot put the stage on a machine of its own that it shares", () => {
    given({ "slipway:compose": "c.yaml", "slipway:machine": `{"kind":"shared","of":"staging"}` });
    assert.throws(
      () => readSettings(directory),
      new SettingsError(
        "slipway:machine.of is staging, this stage itself: name another stage, such as staging, or say what its own machine is.",
      ),
    );
    given({ "slipway:compose": "c.yaml", "slipway:machine": `{"kind":"shared","of":"production"}` });
    assert.deepEqual(readSettings(directory).machine, { kind: "shared", of: "production" });
  });

  it("take a tunnel's token as a secret, or from a cloud, and from nowhere else", () => {
    const values = (token: string) => ({
      "slipway:compose": "c.yaml",
      "slipway:tunnel": JSON.stringify({ kind: "token", token, hostnames: "app.example.com" }),
    });
    given(values("t0ken"), ["slipway:tunnel"]);
    assert.equal(readSettings(directory).tunnel?.hostnames[0]?.host, "app.example.com");
    given(values("gcp-secret://tunnel"));
    assert.ok(readSettings(directory).tunnel);
    given(values("t0ken"));
    assert.throws(
      () => readSettings(directory),
      new SettingsError(
        "slipway:tunnel.token is in plain text: pulumi config set --secret --path slipway:tunnel.token -s staging; and as others may have read it, rotate it first.",
      ),
    );
  });

  it("cannot have a public name that another stage has", () => {
    const values = (hostnames: unknown) => ({
      "slipway:compose": "c.yaml",
      "slipway:tunnel": JSON.stringify({ kind: "token", token: "gcp-secret://tunnel", hostnames }),
    });
    const production =
      "config:\n  slipway:tunnel:\n    kind: token\n    token: { secure: x }\n    hostnames: [{ host: App.example.com, service: web }]\n";
    given(values("staging.example.com"), [], {
      production,
      broken: "config: { slipway:tunnel: { hostnames: [7, null] } }",
      none: "config: { slipway:tunnel: null }",
    });
    assert.ok(readSettings(directory).tunnel);
    given(values(["staging.example.com", "app.example.com"]));
    assert.throws(
      () => readSettings(directory),
      new SettingsError(
        "slipway:tunnel.hostnames has app.example.com, and so has Pulumi.production.yaml: a name leads to one stage, so take it away from one of the two.",
      ),
    );
  });

  it("tell what a project is called that nothing can be named after, with its place", () => {
    const names: [string, RegExp | undefined][] = [
      [
        "Col_X",
        /Pulumi\.yaml:2:7: name: Col_X cannot name the repositories of a registry, which begin with the project's name: write lower-case/,
      ],
      ["my.shop", /Pulumi\.yaml:2:7: name: my\.shop cannot name networks and volumes: write lower-case/],
      ["a--b_c", undefined],
      ["x", undefined],
      ["shop_", /cannot name the repositories/],
    ];
    for (const [project, sentence] of names) {
      given({ "slipway:compose": "c.yaml" });
      pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, project, "staging");
      writeFileSync(join(directory, "Pulumi.yaml"), `# The shop\nname: ${project}\nruntime: nodejs\n`);
      if (sentence) assert.throws(() => readSettings(directory), sentence);
      else assert.equal(readSettings(directory).project, project);
    }
    rmSync(join(directory, "Pulumi.yaml"));
  });

  it("tell what a stage is called that nothing can be named after", () => {
    given({ "slipway:compose": "c.yaml" });
    pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "shop", "EU.staging");
    assert.throws(
      () => readSettings(directory),
      new SettingsError(
        "The stage EU.staging (Pulumi.EU.staging.yaml) cannot name networks and volumes: write lower-case letters, digits, - and _, as in eu-staging.",
      ),
    );
  });

  it("cannot promote from the stage itself", () => {
    given({ "slipway:promoteFrom": "staging" });
    assert.throws(
      () => readSettings(directory),
      new SettingsError("slipway:promoteFrom is staging, this stage itself: name another stage, such as staging."),
    );
  });

  it("cannot promote from a stage that the project does not have", () => {
    const config = "config:\n  slipway:compose: c.yaml\n";
    given({ "slipway:promoteFrom": "stagin" }, [], { staging: config, preview: config });
    assert.throws(
      () => readSettings(directory),
      new SettingsError(
        "slipway:promoteFrom is stagin, and the project has no Pulumi.stagin.yaml with the settings of such a stage: name preview.",
      ),
    );
    given({ "slipway:promoteFrom": "preveiw" });
    assert.throws(() => readSettings(directory), /: did you mean preview\?$/);
    given({ "slipway:promoteFrom": "acme/shop/stagin" });
    assert.equal(readSettings(directory).promoteFrom, "acme/shop/stagin");
    given({ "slipway:promoteFrom": "stagin", "slipway:release": "v1" });
    assert.equal(readSettings(directory).release, "v1", "a pinned stage reads no other stack");
  });

  const env = `{"PASSWORD":"s3cret","PORT":"8080"}`;

  it("know which variable is secret from the settings file", () => {
    given({ "slipway:compose": "c.yaml", "slipway:env": env }, ["slipway:env"], {
      staging: "config:\n  slipway:env:\n    PASSWORD:\n      secure: AAABANxyz\n    PORT: '8080'\n",
    });
    assert.deepEqual(readSettings(directory).secretEnv, ["PASSWORD"]);
  });

  it("count every variable as secret where the file does not tell", () => {
    given({ "slipway:compose": "c.yaml", "slipway:env": env }, ["slipway:env"]);
    assert.deepEqual(readSettings(directory).secretEnv, ["PASSWORD", "PORT"]);
  });

  it("count every variable as secret where all of them are one secret", () => {
    given({ "slipway:compose": "c.yaml", "slipway:env": env }, ["slipway:env"], {
      staging: "config:\n  slipway:env:\n    secure: AAABANxyz\n",
    });
    assert.deepEqual(readSettings(directory).secretEnv, ["PASSWORD", "PORT"]);
  });

  it("count every variable as secret where the file knows of none", () => {
    given({ "slipway:compose": "c.yaml", "slipway:env": env }, ["slipway:env"], {
      staging: "config:\n  slipway:env:\n    PASSWORD: plain\n    PORT: '8080'\n",
    });
    assert.deepEqual(readSettings(directory).secretEnv, ["PASSWORD", "PORT"]);
  });

  it("know no secret where there is none", () => {
    given({ "slipway:compose": "c.yaml", "slipway:env": env });
    assert.deepEqual(readSettings(directory).secretEnv, []);
  });

  it("tell what other stages pin and fill in, without their secrets", () => {
    given({ "slipway:compose": "c.yaml", "slipway:release": "v0-20260101-000000" }, [], {
      staging: "config:\n  slipway:release: v0-20260101-000000\n",
      production:
        "config:\n  slipway:release: v1-20260102-000000\n  slipway:env:\n    PORT: 443\n    PASSWORD:\n      secure: AAABANxyz\n",
      broken: "config: [\n",
      empty: "",
    });
    const { pins, siblingEnv } = readSettings(directory);
    assert.deepEqual(pins, ["v1-20260102-000000"]);
    assert.deepEqual(siblingEnv, { production: { PORT: "443" }, broken: {}, empty: {} });
  });
});
