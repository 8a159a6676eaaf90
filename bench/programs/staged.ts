import { planStage, readSettings, Stage } from "slipway";

const mark = (name: string): unknown => performance.mark(name, { detail: process.cpuUsage() });

export = async () => {
  mark("started");
  const plan = await planStage(readSettings());
  mark("planned");
  const { outputs } = new Stage("app", plan);
  mark("declared");
  return outputs;
};
