/**
 * Reads Docker Compose files into one typed model, by the Compose Specification.
 *
 * ```typescript
 * import { existsSync, readFileSync } from "node:fs";
 * import { loadCompose } from "slipway-compose";
 *
 * const { config } = loadCompose({
 *   files: ["compose.yaml"],
 *   source: { read: (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined) },
 *   env: {},
 *   projectName: "shop",
 * });
 * ```
 *
 * `slipway-compose/durations` and `slipway-compose/sizes` have the numbers of the model's texts, and load nothing else.
 */
export { loadCompose, readCompose, type Interpolation, type Loaded, type LoadOptions, type Reading } from "./load";
export type { BlankVariable, FileRole, FileSource, FileUse, Path, Position } from "./load";
export { isRemote } from "./paths";
export { ComposeError, formatProblem, inOrder, problemAt, type Places, type Problem } from "./problems";
export { formatPath } from "./tree";
export { checkSupported, supportNotices, verdicts } from "./support";
export type { Verdict, Verdicts } from "./support/verdict";
export type * from "./model";
