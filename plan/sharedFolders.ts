import { posix } from "node:path";
import { extensionOf } from "../application/extension";
import type { ComposeConfig, Mount } from "../compose/index";
import type { StageId } from "../docker/labels";
import { PlacedError } from "../errors/placed";
import { lookAtAll } from "../errors/several";
import type { FoundMachine } from "../machine/machine";
import { holdsSocket } from "../policies/noDockerSocket";

/** Where a machine keeps what is its own, and no application's data: many mount the same of it. */
const ofTheMachine = /^\/(etc|dev|proc|sys|run|var\/run|lib|lib64|usr|boot|tmp)(\/|$)/;

/**
 * Makes sure that no folder of the machine is two stages' at once: one that the other writes to, by whatever name. A service with
 * `x-slipway: { sharesVolumes: true }` may.
 *
 * @throws PlacedError for each such folder, naming who has it and what to do
 */
export function checkSharedFolders(
  { project, stage }: StageId,
  { services }: Pick<ComposeConfig, "services">,
  { holders }: Pick<FoundMachine, "holders">,
): void {
  const others = [...holders].filter(([name]) => name !== `${project}/${stage}`);
  lookAtAll(Object.entries(services), ([name, service]) => {
    if (extensionOf(service).sharesVolumes) return;
    lookAtAll((service.volumes ?? []).filter(isData), (mount) => {
      const [found] = others.flatMap(([owner, held]) =>
        held.flatMap(({ claims }) =>
          claims.flatMap((claim) =>
            claim.kind === "folder" && meets(mount, claim.path) ? [{ owner, path: claim.path }] : [],
          ),
        ),
      );
      if (!found) return;
      const { source = "" } = mount;
      const beside = posix.join(posix.dirname(found.path), "${SLIPWAY_STAGE}", posix.basename(source));
      throw new PlacedError(
        ["services", name],
        `The service ${name} mounts ${source}, and the stage ${found.owner} writes to ${found.path} on this machine as well: put the stage into the path, as in ${beside}, or write x-slipway: { sharesVolumes: true } where several may write there at once.`,
      );
    });
  });
}

function isData({ type, source = "" }: Mount): boolean {
  return type === "bind" && source.startsWith("/") && !ofTheMachine.test(source) && !holdsSocket(source);
}

/** A mount that is only read may lie around the other's folder, as one that looks at the whole machine does. */
function meets({ source = "", read_only: isRead }: Mount, held: string): boolean {
  return isWithin(source, held) || (!isRead && isWithin(held, source));
}

function isWithin(path: string, folder: string): boolean {
  const slashed = (text: string): string => `${text.replace(/\/+$/, "")}/`;
  return slashed(path).startsWith(slashed(folder));
}
