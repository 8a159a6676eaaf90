import type { RegistrySettings } from "../settings/registry";
import type { Machine } from "../machine/machine";
import { isLoopback } from "./client/endpoint";
import type { HostedSettings } from "../settings/registry";
import { hostOf, registryFrom, type Login, type RegistryPlan } from "../settings/registryPlan";

/** Everything that decides which registry a stage uses. */
export interface Surroundings {
  settings: RegistrySettings;
  /** Whether the stage names its registry itself. */
  ownRegistry: boolean;
  /** Whether this is the stage that builds. */
  builds: boolean;
  /**
   * The registry of the stage that the release is taken over from; undefined for a pinned stage, which asks no other.
   */
  source?: RegistryPlan;
  /** Who is let in by the registry on the stage's own machine, as far as stages have told; undefined: they have not yet. */
  login?: Login;
  /** The machine that the stage is on, as {@link RegistryPlan} has it. */
  machine?: string;
  /**
   * The holder of the registry's port on that machine (`project/stage`); undefined: it is free, or held by another
   * program.
   */
  holder?: string;
  /** The kind of cloud's registry at which the machine has an identity; undefined: there is none. */
  identity?: HostedSettings["kind"];
  /** This stage, as `project/stage`. */
  stage: string;
}

/** The registry that a stage uses. */
export interface ChosenRegistry {
  registry: RegistryPlan;
  /** The registry that the stage runs itself; undefined where another stage does, or where it existed before. */
  runsLocally?: { port: number; image: string };
  /** The cloud's registry that the stage declares; no other stage may, as all share it. */
  cloud?: HostedSettings;
  /** The cloud's registry that the stage does not declare, and lets its machine pull from. */
  grantPull?: HostedSettings;
  /** Whether the machine's own identity in the registry's cloud may pull. */
  byIdentity?: true;
  /** The registry on another machine from which a release is copied into the stage's own. */
  sourceRegistry?: RegistryPlan;
}

/**
 * Decides which registry a stage uses. A registry that every machine can reach serves every stage. One on a machine's
 * loopback address serves the stages on that machine; a stage elsewhere has its own, so that it depends on no other
 * machine while it runs or goes back.
 *
 * @throws Error as {@link registryFrom} does
 */
export function chooseRegistry(surroundings: Surroundings): ChosenRegistry {
  const placed = place(surroundings);
  const { settings, identity, builds } = surroundings;
  if (!isHosted(settings) || settings.kind !== identity) return placed;
  // Another registry than the settings name is another stage's business.
  if (placed.registry.address !== registryFrom(settings).address) return placed;
  return { ...placed, byIdentity: true, ...(builds ? {} : { grantPull: settings }) };
}

function place(surroundings: Surroundings): ChosenRegistry {
  const { settings, ownRegistry, builds, source, machine, login } = surroundings;
  const own = settings.kind === "local" ? { port: settings.port, image: settings.image } : undefined;
  const known = login && own ? ({ credentials: login, isGenerated: true } as const) : {};
  const named = (): RegistryPlan => ({ ...registryFrom(settings, machine), ...known });
  if (builds) {
    return { registry: named(), runsLocally: own, ...(isHosted(settings) ? { cloud: settings } : {}) };
  }
  if (!source) {
    return { registry: named(), runsLocally: own && !isShared(surroundings) ? own : undefined };
  }
  if (own && isLoopback(hostOf(source.address)) && source.on !== machine) {
    return { registry: named(), runsLocally: own, sourceRegistry: source };
  }
  return { registry: ownRegistry && !isSame(registryFrom(settings, machine), source) ? named() : source };
}

/** Only the stage that runs a registry knows who is let in. */
function isSame(one: RegistryPlan, other: RegistryPlan): boolean {
  return one.credentials === undefined && one.address === other.address && one.on === other.on;
}

/**
 * Says why a stage's release cannot be read; undefined where nothing is known that speaks against it.
 *
 * @param release its name
 */
export function unreadable(
  release: string,
  { registry, sourceRegistry }: ChosenRegistry,
  { vm, reachedBy }: Pick<Machine, "vm" | "reachedBy">,
): string | undefined {
  if (!vm || vm.answers || sourceRegistry || registry.on === undefined || registry.on !== reachedBy) return undefined;
  return `The release ${release} is in the registry on ${vm.name}, which is not there or does not answer: take the pin away (pulumi config rm slipway:release), bring the stage up, and pin the release again.`;
}

function isHosted(settings: RegistrySettings): settings is HostedSettings {
  return settings.kind === "artifact-registry" || settings.kind === "acr";
}

/** A pinned stage asks no other stack: that another stage declares the registry shows on the machine. */
function isShared({ settings, holder, stage, machine }: Surroundings): boolean {
  return settings.kind !== "local" || (holder === undefined ? machine === undefined : holder !== stage);
}
