import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { nearest } from "../errors/suggest";

/** One resource is exempt from one policy. */
export interface Exemption {
  policy: string;
  /** Its name, or where several have that name, its URN. */
  resource: string;
  /** The reason, for the reader of a preview. */
  reason: string;
}

/** A resource as exemptions name it. */
interface Named {
  name: string;
  urn: string;
}

/**
 * The exemptions that the pack's configuration grants, and their use in this run of the engine. They stand in one
 * place, under a policy of their own, because the engine silently ignores settings of a policy that does not exist.
 */
export class Exemptions {
  private granted: readonly Exemption[] = [];
  /** The exemptions that were used in this run, by the resource's URN. */
  private readonly used = new Map<string, { exemption: Exemption; problem: string }[]>();

  /** @param policies the names of the policies that allow exemptions */
  constructor(private readonly policies: readonly string[]) {}

  /**
   * Reads the exemptions from the configuration.
   *
   * @param config the settings of the policy `exemptions`
   * @returns a sentence for each wrong entry, which is left out
   */
  take(config: object): string[] {
    const { grant = [], ...others } = config as { grant?: unknown[] };
    const read = grant.map((entry, index) => this.read(entry, `exemptions.grant[${index}]`));
    this.granted = read.flatMap((entry) => (typeof entry === "string" ? [] : [entry]));
    return [
      ...Object.keys(others).map(
        (key) => `exemptions.${key} is not a setting: exemptions are listed in exemptions.grant.`,
      ),
      ...read.flatMap((entry) => (typeof entry === "string" ? [entry] : [])),
    ];
  }

  /**
   * Takes a policy's sentences, and notes and leaves out those that an exemption covers.
   *
   * @returns the sentences that remain
   */
  without(policy: string, resource: Named, problems: string[]): string[] {
    const exemption = this.granted.find((one) => one.policy === policy && isOf(one, resource));
    if (!exemption || problems.length === 0) return problems;
    const noted = this.used.get(resource.urn) ?? [];
    this.used.set(resource.urn, [...noted, ...problems.map((problem) => ({ exemption, problem }))]);
    return [];
  }

  /** A sentence for each exemption that a resource used. */
  shown({ urn }: Named): string[] {
    return (this.used.get(urn) ?? []).map(
      ({ exemption: { policy, reason }, problem }) => `Exempt from ${policy} (${reason}): ${problem}`,
    );
  }

  /** All that are granted, in words. */
  all(): string[] {
    return this.granted.map(({ policy, resource, reason }) => `${resource} from ${policy} (${reason})`);
  }

  /** A sentence for each exemption that names no declared resource. */
  strangers(resources: readonly Named[]): string[] {
    const names = resources.map(({ name }) => name);
    return this.granted
      .filter((exemption) => !resources.some((resource) => isOf(exemption, resource)))
      .map(({ policy, resource }) => {
        const near = nearest(resource, names, 1)[0];
        const hint = near === undefined ? "write the name that the preview shows" : `did you mean ${near}?`;
        return `exemptions.grant exempts ${resource} from ${policy}, and nothing of that name is declared: ${ended(hint)}`;
      });
  }

  /** A sentence for each exemption whose name several resources used: an exemption is for one resource. */
  shared(): string[] {
    return this.granted.flatMap((exemption) => {
      const urns = [...this.used].filter(([, used]) => used.some((one) => keyOf(one.exemption) === keyOf(exemption)));
      if (urns.length < 2) return [];
      const { policy, resource } = exemption;
      return [
        `exemptions.grant exempts ${resource} from ${policy}, and several resources of that name need it: write the URN of the one that is meant, ${urns.map(([urn]) => urn).join(" or ")}.`,
      ];
    });
  }

  /** A sentence for each exemption of a declared resource that is no longer needed. */
  idle(resources: readonly Named[]): string[] {
    const used = new Set([...this.used.values()].flat().map(({ exemption }) => keyOf(exemption)));
    return this.granted
      .filter((exemption) => !used.has(keyOf(exemption)) && resources.some((resource) => isOf(exemption, resource)))
      .map(
        ({ policy, resource }) => `${resource} keeps to ${policy} by now: take its exemption out of exemptions.grant.`,
      );
  }

  private read(entry: unknown, place: string): Exemption | string {
    const { policy, resource, reason } = (entry ?? {}) as Record<string, unknown>;
    if (!isWritten(policy) || !isWritten(resource)) {
      return `${place} does not say which resource is exempt from which policy: write { policy: services-restart, resource: shop-production-worker, reason: … }.`;
    }
    if (!isWritten(reason)) {
      return `${place} exempts ${resource} from ${policy} without a reason: write why, in reason.`;
    }
    if (this.policies.includes(policy)) return { policy, resource, reason };
    const near = nearest(policy, this.policies, 1)[0];
    const hint = near === undefined ? `it has ${this.policies.join(", ")}` : `did you mean ${near}?`;
    return `${place} names the policy ${policy}, which the pack does not have: ${ended(hint)}`;
  }
}

/** Checks the configuration. It stands before all other policies, because they ask it for exemptions. */
export function exemptionsHold(exemptions: Exemptions): ResourceValidationPolicy & StackValidationPolicy {
  return {
    name: "exemptions",
    description: "An exemption names a policy, a resource that is declared, and a reason.",
    configSchema: { properties: { grant: { type: "array", description: "{ policy, resource, reason }, each" } } },
    validateResource: (resource, report) => {
      const problems = exemptions.take(resource.getConfig());
      // Once is enough: every program has the one resource of this type.
      if (resource.type === "pulumi:pulumi:Stack") problems.forEach((problem) => report(problem));
    },
    validateStack: ({ resources }, report) =>
      [...exemptions.strangers(resources), ...exemptions.shared()].forEach((problem) => report(problem)),
  };
}

/**
 * Shows which exemptions were needed, and which were not. It stands behind all other policies, because it has to know
 * their results.
 */
export function exemptionsShown(exemptions: Exemptions): ResourceValidationPolicy & StackValidationPolicy {
  return {
    name: "exemptions-in-use",
    description: "Whoever reads a preview knows which policies do not count for which resource, and why.",
    enforcementLevel: "advisory",
    validateResource: (resource, report) => exemptions.shown(resource).forEach((line) => report(line)),
    validateStack: ({ resources }, report) => exemptions.idle(resources).forEach((line) => report(line)),
  };
}

function isOf({ resource }: Exemption, { name, urn }: Named): boolean {
  return resource === name || resource === urn;
}

function keyOf({ policy, resource }: Exemption): string {
  return `${policy} ${resource}`;
}

function isWritten(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function ended(sentence: string): string {
  return /[.?]$/.test(sentence) ? sentence : `${sentence}.`;
}
