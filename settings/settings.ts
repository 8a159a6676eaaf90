import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { nearest } from "../errors/suggest";
import { isKeptInCloud } from "./cloudSecret";
import { machineProblem, type MachineSettings } from "./machine";
import { projectProblem, stageProblem } from "./names";
import { describe, SettingsError } from "./problems";
import type { RegistrySettings } from "./registry";
import { namespace, schema, type WrittenSettings } from "./schema";
import { others, plainEnv, secretNames, settingsFiles, textOf, type Config } from "./stackFiles";

/** All settings of one stage, checked, with defaults filled in. */
export type StageSettings = Omit<WrittenSettings, "registry"> & {
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

/**
 * Checks the settings of a stage.
 *
 * @param values the values under the `slipway:` namespace, by name without it
 * @throws SettingsError naming each wrong setting and what would be right
 */
export function checkSettings(values: Record<string, unknown>): WrittenSettings {
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
function behindTunnel(settings: WrittenSettings): WrittenSettings {
  const { tunnel, edge, machine } = settings;
  if (!tunnel) return settings;
  if (edge.domain.length > 0) {
    throw new SettingsError(
      `${namespace}:edge.domain is ${edge.domain.join(", ")}, and with ${namespace}:tunnel it is Cloudflare that speaks HTTPS: name it under ${namespace}:tunnel.hostnames, and take edge.domain away.`,
    );
  }
  if (!("tunnel" in machine)) return settings;
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
 * Checks what is set of a stage's backups, alone.
 *
 * @param value as the settings file has it; undefined: nothing is set
 * @throws SettingsError naming what is wrong
 */
export function checkBackupSettings(value: unknown): StageSettings["backup"] {
  return checkSettings({ compose: "any", ...(value === undefined ? {} : { backup: value }) }).backup;
}

/**
 * Reads the settings of the running stack from Pulumi's configuration and its settings file.
 *
 * @param directory where the project's settings files lie, absolute
 * @throws SettingsError naming each wrong setting and what would be right
 */
export function readSettings(directory = pulumi.getRootDirectory()): StageSettings {
  const values = givenValues();
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
  checkOwnMachine(settings.machine, stage);
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

/** What decides what an application's files say in a stage. */
export type ReadingSettings = Pick<
  StageSettings,
  "project" | "stage" | "overlay" | "env" | "secretEnv" | "generate" | "edge"
> & {
  compose: string[];
};

/**
 * The settings by which a stage that builds reads its application, where they are well although others are not: what is wrong with its
 * files is told in the same run.
 *
 * @param directory where the project's settings files lie, absolute
 * @returns undefined where one of them is wrong itself, and where nothing is built
 */
export function readingSettings(directory: string): ReadingSettings | undefined {
  const values = givenValues();
  const [project, stage] = [pulumi.getProject(), pulumi.getStack()];
  if (values["promoteFrom"] !== undefined || values["release"] !== undefined) return undefined;
  if (projectProblem(project) !== undefined || stageProblem(stage) !== undefined) return undefined;
  const { compose, overlay, env, generate, edge } = schema.shape;
  const own = z.object({ compose: compose.unwrap(), overlay, env, generate }).safeParse(values);
  if (!own.success) return undefined;
  const names = Object.keys(own.data.env);
  return {
    ...own.data,
    project,
    stage,
    edge: edge.safeParse(values["edge"]).data ?? edge.parse(undefined),
    secretEnv: holdsSecret("env") ? secretNames(settingsFiles(directory)[stage], names) : [],
  };
}

/** What the stage's settings say, as it reaches a program. */
function givenValues(): Record<string, unknown> {
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(`${namespace}:`));
  return Object.fromEntries(own.map(([key, text]) => [key.slice(namespace.length + 1), plain(text)]));
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

/** What of the machine's settings is wrong in this stage alone. */
function checkOwnMachine(machine: MachineSettings, stage: string): void {
  const full = (): string => `${pulumi.getOrganization()}/${pulumi.getProject()}/${stage}`;
  const problem = machineProblem(machine, { stage, full });
  if (problem !== undefined) throw new SettingsError(`${namespace}:${problem}`);
}

/**
 * Pulumi's own words for a stack that there is not tell neither setting nor remedy. Any stage has settings, in a file beside
 * this stage's: where that one is elsewhere, or the stack is another project's, there is nothing to go by.
 */
function checkSource({ promoteFrom, release }: WrittenSettings, stage: string, known: string[]): void {
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
function checkToken({ tunnel }: WrittenSettings, stage: string): void {
  if (tunnel?.kind !== "token" || holdsSecret("tunnel") || isKeptInCloud(tunnel.token)) return;
  throw new SettingsError(
    `${namespace}:tunnel.token is in plain text: pulumi config set --secret --path ${namespace}:tunnel.token -s ${stage}; and as others may have read it, rotate it first.`,
  );
}

/** At Cloudflare a name leads to one tunnel: with two stages behind it visitors reach whichever was set up last, or one or the other. */
function checkNames({ tunnel }: WrittenSettings, siblings: [stage: string, Config][]): void {
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
function withName(settings: WrittenSettings["registry"]): RegistrySettings {
  if (settings.kind !== "artifact-registry") return settings;
  const project = pulumi
    .getProject()
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-");
  return { ...settings, repository: settings.repository ?? project };
}

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
