import * as pulumi from "@pulumi/pulumi";
import { cloudSecret } from "../settings/cloudSecret";
import { ownSource, productionNames, type StageFacts } from "./stage";

/**
 * The facts of the stage that the engine gives to a policy pack: the stack by a resource's URN, and its settings.
 *
 * @param urn `urn:pulumi:<stack>::<project>::…`
 * @param settings the stack's settings in the `slipway:` namespace, as texts
 */
export function factsOf(urn: string, settings: Pick<pulumi.Config, "get"> = new pulumi.Config("slipway")): StageFacts {
  const [stack = "", project = ""] = urn.split("::");
  const stage = stack.replace(/^urn:pulumi:/, "");
  const promoteFrom = settings.get("promoteFrom");
  const usual = ["staging", ...(productionNames.includes(stage) ? [] : productionNames)];
  const others = new Set([...usual, ...ownSource(promoteFrom)]);
  others.delete(stage);
  return {
    project,
    stage,
    takesOver: promoteFrom !== undefined || settings.get("release") !== undefined,
    ...(promoteFrom === undefined ? {} : { promoteFrom }),
    others: [...others],
    secrets: { ...secretsIn("env", settings), ...secretsIn("tunnel", settings) },
  };
}

/** The names of secrets in a cloud within a setting, by the part of the setting that holds them. */
function secretsIn(setting: string, settings: Pick<pulumi.Config, "get">): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parts(settings.get(setting))).flatMap(([name, value]) => {
      const secret = secretNamed(value);
      return secret === undefined ? [] : [[`slipway:${setting}.${name}`, secret]];
    }),
  );
}

function parts(value: string | undefined): Record<string, unknown> {
  try {
    return (JSON.parse(value ?? "{}") ?? {}) as Record<string, unknown>;
  } catch {
    // The program itself reports a setting that cannot be read.
    return {};
  }
}

function secretNamed(value: unknown): string | undefined {
  try {
    return typeof value === "string" ? cloudSecret(value)?.secret : undefined;
  } catch {
    return undefined;
  }
}
