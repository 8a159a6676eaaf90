import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LineCounter, parse, parseDocument } from "yaml";
import { z } from "zod";
import { Refusal } from "../errors/refusal";
import type { ArtifactRegistryPlan } from "../registry/plan";
import { nearest } from "../errors/suggest";
import { isKeptInCloud } from "./cloudSecret";
import { azureMachine } from "./azure";
import { domainName } from "./domain";
import { gceMachine } from "./gce";
import { generate } from "./generate";
import { projectProblem, stageProblem } from "./names";
import { wholeNumber } from "./numbers";
import { acr, artifactRegistry, mirrors } from "./registries";
import { trustedProxies } from "./proxies";
import { flag, textLike, word } from "./texts";
import { plainly as inWords } from "./words";
import { tunnel } from "./tunnel";
import { variableName } from "./variables";
import { sharedMachine } from "./vm";

const namespace = "slipway";

const paths = "a path or a list of paths";

const list = z
  .union([word(paths), z.array(word(paths)).min(1, paths)], { error: paths })
  .transform((value) => (typeof value === "string" ? [value] : value));

const hostName = z
  .string({ error: "a host's name or address, such as shop.example.com" })
  .regex(/^(?!-)[A-Za-z0-9._:-]+$/, "a host's name or address alone, such as shop.example.com");

const userWanted = "a user's name, such as deploy";

const userName = z.string({ error: userWanted }).regex(/^[A-Za-z_][A-Za-z0-9._-]*$/, userWanted);

const hostKeyWanted =
  "the host's public key, such as ssh-ed25519 AAAA…, or a list of them (ssh-keyscan <host> shows them behind the host's name; compare them with what the host's owner says)";

const oneHostKey = z
  .string({ error: hostKeyWanted })
  .trim()
  .regex(/^(ssh-|ecdsa-|sk-)[\w@.-]+ [A-Za-z0-9+/]+=*( .*)?$/, hostKeyWanted)
  // What stands behind the key is whatever somebody noted there.
  .transform((text) => text.split(" ").slice(0, 2).join(" "));

const hostKey = z
  .union([oneHostKey, z.array(oneHostKey).min(1)], { error: hostKeyWanted })
  .transform((value) => (typeof value === "string" ? [value] : value));

const sshHost = {
  host: hostName,
  port: wholeNumber(1, 65535).default(22),
  user: userName.default("root"),
  hostKey,
};

const machine = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.literal("local") }),
    z.strictObject({
      kind: z.literal("ssh"),
      ...sshHost,
      /** The private key as text, a secret; unset: the keys that `ssh` has at hand, such as an agent's. */
      key: textLike(/\S/, "the private key as text, a secret").optional(),
      /** The host on the way there. */
      jump: z.strictObject(sshHost).optional(),
    }),
    gceMachine,
    azureMachine,
    sharedMachine,
  ],
  {
    error:
      "{ kind: local }, this machine's Docker Engine, { kind: ssh, host: …, hostKey: … }, { kind: gce, project: …, zone: … }, { kind: azure, location: …, sshFrom: […] } or { kind: shared, of: … }, another stage's machine",
  },
);

const registry = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("local"),
      port: wholeNumber(1, 65535).default(5000),
      image: word("an image, such as registry:2").default("registry:2"),
      mirrors: mirrors.default({}),
    }),
    z.strictObject({
      kind: z.literal("existing"),
      address: z
        .string({ error: "a host with an optional port and path, such as registry.example.com:5000/team" })
        .regex(
          /^[^\s/]+(\/[^\s/]+)*$/,
          "a host with an optional port and path, such as registry.example.com:5000/team",
        ),
      username: textLike(/\S/, "the name to log in with").optional(),
      password: textLike(/\S/, "the password to log in with, a secret").optional(),
      mirrors: mirrors.default({}),
    }),
    artifactRegistry,
    acr,
  ],
  {
    error:
      "{ kind: local }, { kind: existing, address: … }, { kind: artifact-registry, project: …, location: … } or { kind: acr, name: …, location: … }",
  },
);

const edge = z.strictObject({
  /** The names under which people reach the stage, by HTTPS; the first is its address. Without one it is plain HTTP. */
  domain: z
    .union([domainName, z.array(domainName).min(1)], {
      error: "a domain name, such as app.example.com, or a list of them",
    })
    .transform((value) => (typeof value === "string" ? [value] : value))
    .default([]),
  /** Whom the authority that gives out the certificate may write to; default: hostmaster at the first domain. */
  email: z.email({ error: "an e-mail address" }).optional(),
  /** The ACME directory of that authority. */
  acme: z
    .url({ protocol: /^https$/, error: "the https:// address of an ACME directory" })
    .default("https://acme-v02.api.letsencrypt.org/directory"),
  /** A file with the certificate of an authority that is not publicly known. */
  acmeRoot: word("the path of a file with a certificate").optional(),
  /** The ports of the machine for a stage with a domain. */
  http: wholeNumber(1, 65535).default(80),
  https: wholeNumber(1, 65535).default(443),
  /** Whose word on callers (X-Forwarded-For, -Proto, -Host, -Port) counts; default: the machine itself, where the edge does not speak TLS. */
  trustedProxies: trustedProxies.optional(),
});

/** How a stage's HTTP services are reached. */
export type EdgeSettings = z.infer<typeof edge>;

const backup = z.strictObject({
  keep: wholeNumber(1, 10000).default(10),
  days: wholeNumber(1, 36500).default(30),
});

const check = z.union(
  [
    z.strictObject({
      /** The service that must answer. */
      service: word("a service"),
      /** The port of its containers; needed only where it has several for HTTP. */
      port: wholeNumber(1, 65535).optional(),
      path: z.string().regex(/^\//).default("/"),
      status: wholeNumber(100, 599).default(200),
      /** What the answer's body must hold. */
      text: z.string().optional(),
      /** How long, in seconds, an answer may take. */
      timeout: wholeNumber(1, 300).default(10),
    }),
    z.strictObject({
      /** A compose service, of the profile check, which must exit 0. */
      run: word("a service of the profile check"),
    }),
  ],
  { error: "{ service: web, path: /health, status: 200, text: … } or { run: <a service of the profile check> }" },
);

/** What a release must pass. */
export type Check = z.infer<typeof check>;

const schema = z.strictObject({
  /** The application: a path, or a list merged by Compose's rules. Part of the release. */
  compose: list.optional(),
  /** This stage's own compose files, for what may differ between stages. Not part of a release. */
  overlay: list.default([]),
  /** Where the stage runs. */
  machine: machine.default({ kind: "local" }),
  /** Where images and the ledger are kept. */
  registry: registry.default({ kind: "local", port: 5000, image: "registry:2", mirrors: {} }),
  /** What ${…} in the compose files is filled from. */
  env: z
    .record(
      variableName,
      z.union([z.string(), z.number(), z.boolean()], { error: "text, a number or true/false" }).transform(String),
      { error: "a map from variable names to values" },
    )
    .default({}),
  /** Secrets that the stage makes up for itself, which ${…} in the compose files is filled from as well. */
  generate: generate.default({}),
  /** The stage whose release this one takes over; unset: this stage builds. */
  promoteFrom: word(
    "the name of the stage to promote from, such as staging; take the setting away where this stage builds",
  ).optional(),
  /** The release that this stage runs until the pin is removed. */
  release: word(
    "the name of a release, such as v1a2b3c4-20261121-143022; take the setting away to follow on",
  ).optional(),
  /** Whether a release built from uncommitted files may be taken over. */
  allowDirty: flag.default(false),
  /** How the stage's HTTP services are reached. */
  edge: edge.default(edge.parse({})),
  /** How it is reached without an open port. */
  tunnel: tunnel.optional(),
  /** What a release must pass before the cutover, and through the edge after it. */
  checks: z.array(check, { error: "a list of checks, such as [{ service: web, path: /health }]" }).default([]),
  /** How long, in seconds, a new release is watched behind the edge before the cutover counts. */
  watch: wholeNumber(0, 3600).default(10),
  /** What is kept of the backups that are taken before a promotion: how many at least, and for how many days. */
  backup: backup.default(backup.parse({})),
  /** How many releases the ledger keeps. */
  retention: wholeNumber(1, 10000).default(20),
});

/** The machine's settings, by kind. */
export type MachineSettings = z.infer<typeof machine>;

/** The registry's settings, by kind. */
export type RegistrySettings = Exclude<z.infer<typeof registry>, { kind: "artifact-registry" }> | ArtifactRegistryPlan;

/** All settings of one stage, checked, with defaults filled in. */
export type StageSettings = Omit<z.infer<typeof schema>, "registry"> & {
  registry: RegistrySettings;
  /** The Pulumi project, which names the application. */
  project: string;
  /** The stack, which is the stage's name. */
  stage: string;
  /** The names in `env` whose values are secret. */
  secretEnv: string[];
  /** Whether the stage says itself which registry it uses, rather than learning it from the stage it promotes from. */
  ownRegistry: boolean;
  /** Releases that other stages of the project pin in their settings files. */
  pins: string[];
  /** What other stages of the project fill ${…} from, by stage; secret values are left out. */
  siblingEnv: Record<string, Record<string, string>>;
};

/** A setting that is missing or wrong; the message has a line a problem. */
export class SettingsError extends Refusal {}

/**
 * Checks the settings of a stage.
 *
 * @param values the values under the `slipway:` namespace, by name without it
 * @throws SettingsError naming each wrong setting and what would be right
 */
export function checkSettings(values: Record<string, unknown>): z.infer<typeof schema> {
  const result = schema.safeParse(values);
  if (!result.success) {
    throw new SettingsError(result.error.issues.flatMap((issue) => describe(issue, values)).join("\n"));
  }
  const settings = result.data;
  if (!settings.compose && !settings.promoteFrom && !settings.release) {
    throw new SettingsError(
      `${namespace}:compose is not set: name the application's compose file, as in pulumi config set ${namespace}:compose compose.yaml, or the stage to promote from, as in pulumi config set ${namespace}:promoteFrom staging.`,
    );
  }
  const twice = Object.keys(settings.generate).find((name) => name in settings.env);
  if (twice !== undefined) {
    throw new SettingsError(
      `${namespace}:generate.${twice} is in ${namespace}:env as well, and has one value only: take one of the two away, as with pulumi config rm --path ${namespace}:env.${twice}.`,
    );
  }
  return behindTunnel(settings);
}

/** With a tunnel no port is open for HTTP: the machine's firewall is told so, and what asks for one is refused. */
function behindTunnel(settings: z.infer<typeof schema>): z.infer<typeof schema> {
  const { tunnel, edge, machine } = settings;
  if (!tunnel) return settings;
  if (edge.domain.length > 0) {
    throw new SettingsError(
      `${namespace}:edge.domain is ${edge.domain.join(", ")}, and with ${namespace}:tunnel it is Cloudflare that speaks HTTPS: name it under ${namespace}:tunnel.hostnames, and take edge.domain away.`,
    );
  }
  if (machine.kind !== "gce" && machine.kind !== "azure") return settings;
  if (machine.ports.length > 0) {
    throw new SettingsError(
      `${namespace}:machine.ports is ${machine.ports.join(", ")}, and with ${namespace}:tunnel the machine opens no port but SSH: take machine.ports away.`,
    );
  }
  return { ...settings, machine: { ...machine, tunnel: true } };
}

/**
 * Checks the settings of a stage's machine.
 *
 * @param value what `slipway:machine` says; undefined: this machine
 * @throws SettingsError naming each wrong setting and what would be right
 */
export function checkMachineSettings(value: unknown): MachineSettings {
  return checkSettings({ compose: "any", ...(value === undefined ? {} : { machine: value }) }).machine;
}

/**
 * Reads the settings of the running stack from Pulumi's configuration and its settings file.
 *
 * @param directory where the project's settings files lie, absolute
 * @throws SettingsError naming each wrong setting and what would be right
 */
export function readSettings(directory = pulumi.getRootDirectory()): StageSettings {
  const values: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
    if (key.startsWith(`${namespace}:`)) {
      values[key.slice(namespace.length + 1)] = plain(text);
    }
  }
  const files = settingsFiles(directory);
  const ownRegistry = values["registry"] !== undefined;
  const settings = checkSettings(ownRegistry ? values : { ...values, registry: inheritedRegistry(values, files) });
  const stage = pulumi.getStack();
  if (settings.promoteFrom === stage) {
    throw new SettingsError(
      `${namespace}:promoteFrom is ${stage}, this stage itself: name another stage, such as staging.`,
    );
  }
  checkOwnNames(pulumi.getProject(), stage, directory);
  checkSharing(settings.machine, stage);
  checkSource(settings, stage, Object.keys(files));
  checkToken(settings, stage);
  checkNames(settings, others(files, stage));
  return {
    ...settings,
    project: pulumi.getProject(),
    stage,
    secretEnv: holdsSecret("env") ? secretNames(files[stage], Object.keys(settings.env)) : [],
    ownRegistry,
    registry: withName(settings.registry),
    pins: others(files, stage).flatMap(([, config]) => textOf(config[`${namespace}:release`]) ?? []),
    siblingEnv: Object.fromEntries(others(files, stage).map(([name, config]) => [name, plainEnv(config)])),
  };
}

/** What project and stage are called is told before any of what is named after them fails on it. */
function checkOwnNames(project: string, stage: string, directory: string): void {
  const ofProject = projectProblem(project);
  if (ofProject) {
    throw new SettingsError(`${placeOfName(directory)}: name: ${project} ${ofProject}.`);
  }
  const ofStage = stageProblem(stage);
  if (ofStage) throw new SettingsError(`The stage ${stage} (Pulumi.${stage}.yaml) ${ofStage}.`);
}

/** Where the project's name is written. */
function placeOfName(directory: string): string {
  const name = ["Pulumi.yaml", "Pulumi.yml"].find((file) => existsSync(join(directory, file)));
  if (name === undefined) return "Pulumi.yaml";
  const text = readFileSync(join(directory, name), "utf8");
  const lines = new LineCounter();
  const node = parseDocument(text, { lineCounter: lines }).get("name", true) as
    { range?: [number, number, number] } | undefined;
  if (!node?.range) return name;
  const { line, col } = lines.linePos(node.range[0]);
  return `${name}:${line}:${col}`;
}

/** A stage that is on its own machine would wait for itself. */
function checkSharing(machine: MachineSettings, stage: string): void {
  if (machine.kind !== "shared") return;
  const itself = machine.of.includes("/") ? `${pulumi.getOrganization()}/${pulumi.getProject()}/${stage}` : stage;
  if (machine.of === itself) {
    throw new SettingsError(
      `${namespace}:machine.of is ${machine.of}, this stage itself: name another stage, such as staging, or say what its own machine is.`,
    );
  }
}

/**
 * Pulumi's own words for a stack that there is not tell neither setting nor remedy. Any stage has settings, in a file beside
 * this stage's: where that one is elsewhere, or the stack is another project's, there is nothing to go by.
 */
function checkSource({ promoteFrom, release }: z.infer<typeof schema>, stage: string, known: string[]): void {
  if (!promoteFrom || release || promoteFrom.includes("/") || !known.includes(stage) || known.includes(promoteFrom)) {
    return;
  }
  const others = known.filter((name) => name !== stage);
  const near = nearest(promoteFrom, others, 1)[0];
  const hint = near ? `did you mean ${near}?` : `name ${others.join(" or ") || "a stage that builds"}.`;
  throw new SettingsError(
    `${namespace}:promoteFrom is ${promoteFrom}, and the project has no Pulumi.${promoteFrom}.yaml with the settings of such a stage: ${hint}`,
  );
}

/** A token in plain text would be committed with the settings file. One that is kept in a cloud is named there, which is no secret. */
function checkToken({ tunnel }: z.infer<typeof schema>, stage: string): void {
  if (tunnel?.kind !== "token" || holdsSecret("tunnel") || isKeptInCloud(tunnel.token)) return;
  throw new SettingsError(
    `${namespace}:tunnel.token is in plain text: pulumi config set --secret --path ${namespace}:tunnel.token -s ${stage}; and as others may have read it, rotate it first.`,
  );
}

/** At Cloudflare a name leads to one tunnel: with two stages behind it visitors reach whichever was set up last, or one or the other. */
function checkNames({ tunnel }: z.infer<typeof schema>, siblings: [stage: string, Config][]): void {
  for (const [sibling, config] of siblings) {
    const theirs = publicNames(config);
    const shared = tunnel?.hostnames.find(({ host }) => theirs.includes(host));
    if (shared) {
      throw new SettingsError(
        `${namespace}:tunnel.hostnames has ${shared.host}, and so has Pulumi.${sibling}.yaml: a name leads to one stage, so take it away from one of the two.`,
      );
    }
  }
}

/** The names in a settings file under which people reach its stage through a tunnel. */
function publicNames(config: Config): string[] {
  const { hostnames } = (config[`${namespace}:tunnel`] ?? {}) as { hostnames?: unknown };
  return [hostnames]
    .flat()
    .map((one) => textOf(one) ?? textOf((one as { host?: unknown } | null | undefined)?.host) ?? "")
    .map((name) => name.toLowerCase());
}

/** A repository is called like the project, unless the settings call it otherwise. */
function withName(settings: z.infer<typeof registry>): RegistrySettings {
  if (settings.kind !== "artifact-registry") return settings;
  const project = pulumi
    .getProject()
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-");
  return { ...settings, repository: settings.repository ?? project };
}

type Config = Record<string, unknown>;

/**
 * The registry that the stage to promote from has in its settings file: a pinned stage asks no other stack, and must find the ledger
 * all the same. A password is for its own stack's eyes only.
 */
function inheritedRegistry(values: Record<string, unknown>, files: Record<string, Config>): unknown {
  const registry = files[String(values["promoteFrom"])]?.[`${namespace}:registry`];
  if (typeof registry !== "object" || registry === null) {
    return undefined;
  }
  const { username: _username, password: _password, ...rest } = registry as Record<string, unknown>;
  return rest;
}

/** Whether a setting holds a secret somewhere; the SDK's function for it is missing from its types only. */
function holdsSecret(setting: string): boolean {
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };
  return isConfigSecret(`${namespace}:${setting}`);
}

/** A structured setting reaches a program as JSON, a plain one as text. */
function plain(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function describe(issue: z.core.$ZodIssue, values: Record<string, unknown>): string[] {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(issue.path, values);
    return issue.keys.map((key) => {
      const near = nearest(key, known, 1)[0];
      const hint = near ? `did you mean ${near}?` : `known are ${known.join(", ")}.`;
      return `${settingName([...issue.path, key])} is not a setting: ${hint}`;
    });
  }
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    values,
  );
  const found =
    value === undefined ? "it is not set" : mayBeSecret(issue.path) ? "it is not" : `found ${JSON.stringify(value)}`;
  return [`${settingName(issue.path)} must be ${expected(issue)}; ${found}.`];
}

/** A secret may have been put in a wrong place; what is not told cannot be read in a log. */
function mayBeSecret(path: PropertyKey[]): boolean {
  return /^tunnel(\.token)?$|^registry\.(username|password)$|^machine\.key$/.test(path.map(String).join("."));
}

function expected(issue: z.core.$ZodIssue): string {
  return issue.code === "invalid_key" ? issue.issues.map(inWords).join(", ") : inWords(issue);
}

/** The settings that may stand under another one; which they are, its kind tells where it has one. */
function keysAt(path: PropertyKey[], values: Record<string, unknown>): string[] {
  let at: unknown = schema;
  let value: unknown = values;
  for (const key of path) {
    at = partOf(at, key, value);
    value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  }
  const whole = plainly(at, value);
  return whole instanceof z.ZodObject ? Object.keys(whole.shape) : [];
}

/** What one part of a setting may be. */
function partOf(type: unknown, key: PropertyKey, value: unknown): unknown {
  const whole = plainly(type, value);
  if (whole instanceof z.ZodRecord) return whole.valueType;
  if (whole instanceof z.ZodArray) return whole.element;
  return whole instanceof z.ZodObject ? (whole.shape as Record<PropertyKey, unknown>)[key] : undefined;
}

/** What a setting is once it is there, and of its kind. */
function plainly(type: unknown, value: unknown): unknown {
  if (type instanceof z.ZodDefault || type instanceof z.ZodOptional) return plainly(type.unwrap(), value);
  // What is done to a value before it is looked at, or after, tells nothing of its settings.
  if (type instanceof z.ZodPipe) return plainly(type.out instanceof z.ZodTransform ? type.in : type.out, value);
  if (!(type instanceof z.ZodDiscriminatedUnion)) return type;
  const kind = (value as { kind?: unknown } | undefined)?.kind;
  const options = type.options as z.ZodObject<{ kind: z.ZodLiteral }>[];
  return options.find((option) => option.shape.kind.value === kind);
}

function settingName(path: PropertyKey[]): string {
  return `${namespace}:${path.map(String).join(".")}`;
}

/** Every stack's settings file of the project, as `config` maps by stack name. */
function settingsFiles(directory: string): Record<string, Config> {
  const found: Record<string, Config> = {};
  if (!existsSync(directory)) {
    return found;
  }
  for (const file of readdirSync(directory)) {
    const stack = /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1];
    if (stack) {
      // Pulumi itself reports a broken file of the stack at hand; another stack's must not stop this one.
      found[stack] = readConfig(join(directory, file)) ?? {};
    }
  }
  return found;
}

function readConfig(file: string): Config | undefined {
  try {
    return (parse(readFileSync(file, "utf8")) as { config?: Config } | null)?.config;
  } catch {
    return undefined;
  }
}

function others(files: Record<string, Config>, stage: string): [string, Config][] {
  return Object.entries(files).filter(([name]) => name !== stage);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function plainEnv(config: Config): Record<string, string> {
  const env = config[`${namespace}:env`];
  if (typeof env !== "object" || env === null) {
    return {};
  }
  return Object.fromEntries(
    Object.entries(env)
      .filter(([, value]) => typeof value !== "object")
      .map(([name, value]) => [name, String(value)]),
  );
}

/**
 * Pulumi tells only that an object holds a secret somewhere; the settings file says which of its values is one.
 * Where the file does not tell, every value counts as secret.
 */
function secretNames(config: Config | undefined, names: string[]): string[] {
  const env = config?.[`${namespace}:env`];
  if (typeof env !== "object" || env === null || "secure" in env) {
    return names;
  }
  const values = env as Record<string, unknown>;
  const secret = names.filter((name) => !(name in values) || typeof values[name] === "object");
  return secret.length > 0 ? secret : names;
}
