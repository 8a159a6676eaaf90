import type { ResourceValidationPolicy } from "@pulumi/policy";
import { Config } from "@pulumi/pulumi";
import { printable } from "../errors/printable";
import type { Exemptions } from "./exemptions";
import { factsOf } from "./facts";
import type { Levels } from "./levels";

/** The policy that says what the others are held to: no configuration switches it off (policies/levels.ts). */
export const policiesInForce = "policies-in-force";

/**
 * Says in each preview which policies are off, which are advisory, what is exempt, and what the stage's settings let containers reach: a configuration
 * of two words could otherwise take everything away, and the preview would look the same.
 *
 * @param levels how strict each is, as far as the engine has told
 */
export function inForceShown(levels: () => Levels, exemptions: Exemptions): ResourceValidationPolicy {
  return {
    name: policiesInForce,
    description: "Whoever reads a preview knows which policies count.",
    enforcementLevel: "advisory",
    validateResource: ({ type, urn }, report) => {
      // Once is enough: every program has the one resource of this type.
      if (type !== "pulumi:pulumi:Stack") return;
      const { allow = [] } = factsOf(urn, new Config("slipway"));
      inForce(levels(), exemptions.all(), allow).forEach((line) => report(printable(line)));
    },
  };
}

/**
 * @param exempt a text for each exemption
 * @param allow what the stage's settings let containers reach
 * @returns a sentence for each way in which less holds than could
 */
export function inForce(levels: Levels, exempt: readonly string[], allow: readonly string[]): string[] {
  const at = (level: "off" | "advisory"): string[] =>
    [...levels].filter(([name, has]) => has === level && !isAdvisoryAnyway(name, level)).map(([name]) => name);
  const [off, advisory] = [at("off").sort(), at("advisory").sort()];
  return [
    ...(off.length > 0 ? [`Switched off by the configuration: ${off.join(", ")}.`] : []),
    ...(advisory.length > 0
      ? [`Advisory by the configuration, so that they stop nothing: ${advisory.join(", ")}.`]
      : []),
    ...(exempt.length > 0 ? [`Exempt by the configuration: ${exempt.join("; ")}.`] : []),
    ...(allow.length > 0 ? [`Let through by slipway:allow: ${allow.join(", ")}.`] : []),
  ];
}

function isAdvisoryAnyway(name: string, level: "off" | "advisory"): boolean {
  // `all` stands for every other one.
  return name === "all" || name === policiesInForce || (name === "exemptions-in-use" && level === "advisory");
}
