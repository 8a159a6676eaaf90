import { loadavg } from "node:os";
import type { Scratch } from "../scratch";
import type { Edition } from "./application";
import { changed, edition, failing } from "./editions";
import type { Options } from "./options";
import { line } from "./report";
import type { Group, Run } from "./runs";
import { served } from "./served";
import { Stages } from "./stages";
import { changeOf } from "./times/containers";
import { listen } from "./times/dockerEvents";
import { engineSpans } from "./times/engine";
import { split } from "./times/split";
import { said, update, type Update } from "./times/update";
import { underLoad } from "./underLoad";

/** Takes the application through promotions, rollbacks and failing releases in production, each under load. */
export async function measureSlipway(scratch: Scratch, options: Options): Promise<Run[]> {
  const stages = await Stages.open(scratch, options.watch);
  const measure = new Measure(stages, options);
  const { runs, only } = options;
  console.log("  bringing up staging and production");
  await stages.verify(edition(1));
  await stages.production.up();
  const taken: Run[] = [];
  for (let number = 1; number <= runs && (only.includes("promotion") || only.includes("rollback")); number++) {
    await stages.verify(edition(number + 1));
    stages.follow();
    if (only.includes("promotion")) taken.push(await measure.run("promotion", edition(number), edition(number + 1)));
  }
  if (only.includes("rollback")) {
    // Without measured promotions, production has to be brought up first.
    if (!only.includes("promotion")) await stages.production.up();
    for (let number = runs; number >= 1; number--) {
      stages.pin(edition(number));
      taken.push(await measure.run("rollback", edition(number + 1), edition(number)));
    }
  }
  if (only.includes("failing")) {
    const before = only.includes("promotion") && !only.includes("rollback") ? edition(runs + 1) : edition(1);
    for (let number = runs + 2; number <= 2 * runs + 1; number++) {
      await stages.verify(failing(number));
      stages.follow();
      taken.push(await measure.run("failing", before, failing(number)));
    }
  }
  return taken;
}

/** Measures production's updates. */
class Measure {
  constructor(
    private readonly stages: Stages,
    private readonly options: Options,
  ) {}

  /** @throws Error where the update ends otherwise than it should, or the wrong release serves */
  async run(group: Group, from: Edition, to: Edition): Promise<Run> {
    const { production, url, labels } = this.stages;
    const heard = listen(labels);
    const command = production.command(["up", "--yes", "--skip-preview", "--json"]);
    const { figures, result } = await underLoad(url, this.options, () => update(command));
    const change = changeOf(await heard());
    const wanted = group === "failing" ? from : to;
    checkEnd(group, result, to);
    served(figures, wanted.web);
    const end = group === "failing" ? result.to : (change.drained ?? result.to);
    const run: Run = {
      group,
      title: `${from.web} → ${to.web}${to.fails ? ` (fails its ${to.fails})` : ""}`,
      services: changed(from, to),
      figures,
      seconds: (end - result.from) / 1000,
      split: split(result.from, end, [...engineSpans(result.events, production.used()), ...change.spans]),
      healthy: change.healthy,
      load: loadavg()[0] ?? 0,
    };
    console.log(line(run));
    return run;
  }
}

function checkEnd(group: Group, { code, events }: Update, { web }: Edition): void {
  if ((code === 0) === (group === "failing")) {
    throw new Error(`The ${group} to ${web} ended with ${code}:\n${said(events)}`);
  }
}
