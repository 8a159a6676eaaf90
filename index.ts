import { planStage, readSettings, Stage } from "slipway";

export = async () => new Stage("app", await planStage(readSettings())).outputs;
