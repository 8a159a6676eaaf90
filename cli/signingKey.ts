import type { KeyResult } from "../steps/key";
import { must } from "./pulumi";
import { asking } from "./told";

interface Exported {
  deployment?: { resources?: { urn: string; outputs?: { stdout?: unknown } }[] };
}

/**
 * The key pair by which a stage signs, from its state.
 *
 * @throws Error where the stage has none yet, or where its secrets cannot be read
 */
export async function keyOfStage(stage: string): Promise<KeyResult> {
  // The Automation API's own export writes the secrets to a file that everybody may read.
  const text = await asking(stage, () => must(["stack", "export", "--show-secrets", "--stack", stage]));
  const pair = keyIn(text);
  if (pair) return pair;
  throw new Error(`The stage ${stage} has no key to sign with yet: pulumi up -s ${stage} makes one.`);
}

/**
 * The key pair in an exported state; undefined where it holds none.
 *
 * @param exported what `pulumi stack export --show-secrets` prints
 */
export function keyIn(exported: string): KeyResult | undefined {
  const { deployment } = JSON.parse(exported) as Exported;
  const step = deployment?.resources?.find(({ urn }) =>
    urn.includes("slipway:release:SigningKey$command:local:Command::"),
  );
  const told = step?.outputs?.stdout;
  const text = typeof told === "string" ? told : plaintext(told);
  return text === undefined ? undefined : (JSON.parse(text) as KeyResult);
}

/** A secret as an export lays it open (pulumi/pulumi: sdk/go/common/resource/stack). */
function plaintext(value: unknown): string | undefined {
  const { plaintext } = (value ?? {}) as { plaintext?: string };
  return plaintext === undefined ? undefined : (JSON.parse(plaintext) as string);
}
