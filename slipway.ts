/**
 * Slipway as a package: a Pulumi program of one's own makes a stage of it in three lines.
 *
 * ```typescript
 * import { planStage, readSettings, Stage } from "slipway";
 *
 * export = async () => new Stage("app", await planStage(readSettings())).outputs;
 * ```
 */
export { checkSettings, type StageSettings } from "./settings/settings";
export { readSettings } from "./plan/readSettings";
export { SettingsError } from "./settings/problems";
export { planStage, type StagePlan } from "./plan/stage";
export { Stage, type StageOutputs } from "./components/stage";
