import { others, stopped } from "../../../docker/orphans/select";
import type { Orphans } from "../../../docker/orphans/orphans";
import type { Engine, ModelContainer } from "./engine";

/** The orphans on a machine of the model, and what was asked of them. */
export function leftoversOn(engine: Engine): Orphans & { asked: string[] } {
  const asked: string[] = [];
  const carries = ({ options }: ModelContainer, labels: Readonly<Record<string, string>>): boolean =>
    Object.entries(labels).every(([label, value]) => options.Labels?.[label] === value);
  const remove = (id: string): unknown => engine.containers.delete(id);
  return {
    asked,
    clearFor: async (labels) => void asked.push(`network ${labels["slipway.network"]}`),
    clearAllBut: async ({ project, stage }, kept) => {
      asked.push(`all but ${kept.length}`);
      const found = [...engine.containers.values()]
        .filter((each) => carries(each, { "slipway.project": project, "slipway.stage": stage }))
        .map(({ id, name, options, running: isRunning }) => ({ id, name, labels: options.Labels ?? {}, isRunning }));
      others(found, kept).forEach(({ id }) => remove(id));
      stopped(found, kept).forEach(({ id }) => engine.start(engine.container(id)));
    },
  };
}
