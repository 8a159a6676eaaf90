import type { Declared } from "./declared";

/**
 * Whether a resource may be deleted together with its data.
 *
 * The engine tells a policy of `protect` but not of `retainOnDelete` (pulumi/pulumi: proto/pulumi/analyzer.proto,
 * `AnalyzerResourceOptions`), so the program itself looks at the stage's own resources.
 *
 * @returns how it is declared and what to declare instead, to end a sentence with; undefined where it stays
 */
export function removable({ owners, isKept }: Declared): string | undefined {
  if (isKept === true || (isKept === undefined && owners[0] === "slipway:stage:Stage")) return undefined;
  return isKept === false
    ? "declared without retainOnDelete, so an update or a destroy could delete it with its data: declare it with retainOnDelete: true"
    : "declared beside the stage, and nothing shows that it stays when it is no longer declared: declare it with protect: true, or let the stage have it, which keeps its own";
}
