import { Engine } from "../docker/engine";
import { dockerHealthWatch, watched, type HealthWatch } from "../docker/healthWatch";
import { dockerHolders, type Holders } from "../docker/holders/holders";
import { dockerOrphans, type Orphans } from "../docker/orphans/orphans";
import { sealVolume, type Unsealed } from "../docker/sealVolume";
import { quieten } from "../edge/quieten";
import { log } from "../errors/log";
import { keepLog } from "./keptLog";
import { pullingOn, type PullingMachine } from "./registry/pulling";
import { engineOf } from "../machine/engineOf";
import type { StagePlan } from "../plan/stage";
import { processKeeper } from "./holders/keeper";
import { saveOn } from "./holders/save";

/** What reaches into a stage's machine from the program itself, beside the steps, while an update goes on. */
export interface Hands {
  /** Takes away what killed updates left. */
  orphans?: Orphans;
  /** Sees to it that nothing has two holders at once. */
  holders?: Holders;
  /** Gives up on new containers that do not become healthy. */
  watch?: HealthWatch;
  /** Pulls images before the provider looks for them. */
  pull?: PullingMachine;
  /** Closes the volumes with the files of services to all users of the machine but root. */
  seal?: (unsealed: Unsealed) => Promise<void>;
}

/**
 * Those for the Docker Engine of a stage's machine; where there is no Engine yet, only what waits for one.
 *
 * @param here this machine's Engine
 */
export function handsOn(
  { id, machine, byIdentity, handover: { next, saving } }: StagePlan,
  here: Engine = Engine.here(process.env),
): Hands {
  const pull = pullingOn(machine, byIdentity, here);
  const on = (): Promise<Engine> => engineOf(machine, here);
  const seal: Hands["seal"] = async (unsealed) => sealVolume(await on(), unsealed);
  if (machine.lacksDocker) return { pull, seal };
  const say = (line: string): void => void log.info(line);
  const { reachedBy } = machine;
  const save = saving && ((): Promise<void> => saveOn(reachedBy, saving, say));
  return {
    pull,
    orphans: dockerOrphans(on, say),
    holders: dockerHolders({ stage: id, next, keeper: processKeeper(id, reachedBy), save, quieten, say, on }),
    watch: dockerHealthWatch(
      async () => watched(await on()),
      (labels, log) => keepLog(id, labels, log),
    ),
    seal,
  };
}
