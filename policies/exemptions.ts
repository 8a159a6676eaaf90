import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { nearest } from "../errors/suggest";

/** One resource that one policy does not count for. */
export interface Exemption {
  policy: string;
  /** Its name, or where several have that name, its URN. */
  resource: string;
  /** Why, for whoever reads the preview. */
  reason: string;
}

/** A resource as exemptions name it. */
interface Named {
  name: string;
  urn: string;
}

/**
 * The exemptions that the pack's configuration grants, and what became of them in this run of the engine. They stand in one place,
 * under a policy of their own, because the engine passes over settings of a policy that there is not without a word.
 */
export class Exemptions {
  private granted: readonly Exemption[] = [];
  /** By URN, in this run. */
  private readonly used = new Map<string, { exemption: Exemption; problem: string }[]>();

  /** @param policies the names that may be exempted from */
  constructor(private readonly policies: readonly string[]) {}

  /**
   * Takes what the configuration grants.
   *
   * @param config the settings of the policy `exemptions`
   * @returns a sentence for each entry that cannot count, which is left out
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

  /** @returns the sentences of a policy that remain, once those that it is exempt from are noted and left out */
  without(policy: string, resource: Named, problems: string[]): string[] {
    const exemption = this.granted.find((one) => one.policy === policy && isOf(one, resource));
    if (!exemption || problems.length === 0) return problems;
    const noted = this.used.get(resource.urn) ?? [];
    this.used.set(resource.urn, [...noted, ...problems.map((problem) => ({ exemption, problem }))]);
    return [];
  }

  /** What a resource was exempted from, a sentence each. */
  shown({ urn }: Named): string[] {
    return (this.used.get(urn) ?? []).map(
      ({ exemption: { policy, reason }, problem }) => `Exempt from ${policy} (${reason}): ${problem}`,
    );
  }

  /** Exemptions that name nothing that is declared, a sentence each. */
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

  /** Exemptions by a name that several resources needed, a sentence each: each lets one resource be. */
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

  /** Exemptions of what is declared that nothing needs any longer, a sentence each. */
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

/** What looks at the configuration itself; before all other policies, which it tells of exemptions. */
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

/** What shows the exemptions that were needed, and those that were not; behind all other policies, whose word it has to know. */
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
