import { cloudSecret } from "../settings/cloudSecret";
import { ownSource, productionNames, type StageFacts } from "./stage";

/** A stack's settings in the `slipway:` namespace, as texts. */
export interface StageTexts {
  get(key: string): string | undefined;
}

/**
 * The facts of the stage that the engine gives to a policy pack: the stack by a resource's URN, and its settings.
 *
 * @param urn `urn:pulumi:<stack>::<project>::…`
 */
export function factsOf(urn: string, settings: StageTexts): StageFacts {
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
    allow: list(settings.get("allow")),
    secrets: { ...secretsIn("env", settings), ...secretsIn("tunnel", settings) },
  };
}

/** The texts of a setting that is a list, or one text. */
function list(value: string | undefined): string[] {
  if (value !== undefined && !value.startsWith("[")) return [value];
  return Object.values(parts(value)).filter((one) => typeof one === "string");
}

/** The names of secrets in a cloud within a setting, by the part of the setting that holds them. */
function secretsIn(setting: string, settings: StageTexts): Record<string, string> {
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
