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

/** A folder of the machine that another stage mounts. */
interface Held {
  owner: string;
  path: string;
  isWritten: boolean;
}

/**
 * Makes sure that no folder of the machine is two stages' at once, as no volume is: one that either writes to, by whatever name. A service with
 * `x-slipway: { sharesVolumes: true }` may.
 *
 * @throws PlacedError for each such folder, naming who has it and what to do
 */
export function checkSharedFolders(
  id: StageId,
  { services }: Pick<ComposeConfig, "services">,
  machine: Pick<FoundMachine, "holders">,
): void {
  const others = heldByOthers(id, machine);
  lookAtAll(Object.entries(services), ([name, service]) => {
    if (extensionOf(service).sharesVolumes) return;
    lookAtAll((service.volumes ?? []).filter(isData), (mount) => {
      const { source = "", read_only: isRead } = mount;
      const found = others.find((held) =>
        held.isWritten ? meets(mount, held.path) : !isRead && isWithin(held.path, source),
      );
      if (!found) return;
      const beside = posix.join(posix.dirname(found.path), "${SLIPWAY_STAGE}", posix.basename(source));
      throw new PlacedError(
        ["services", name],
        `The service ${name} mounts ${source}${found.isWritten ? "" : " for writing"}, and the stage ${found.owner} ${found.isWritten ? "writes to" : "reads"} ${found.path} on this machine as well: put the stage into the path, as in ${beside}, or write x-slipway: { sharesVolumes: true } where several may write there at once.`,
      );
    });
  });
}

/**
 * Tells which folders of the machine a stage has in common with another one that only reads them, as it does itself: what changes there changes for
 * both.
 *
 * @returns a sentence for each service and folder
 */
export function sharedFolderNotices(
  id: StageId,
  { services }: Pick<ComposeConfig, "services">,
  machine: Pick<FoundMachine, "holders">,
): string[] {
  const others = heldByOthers(id, machine).filter(({ isWritten }) => !isWritten);
  return Object.entries(services).flatMap(([name, { volumes = [] }]) =>
    volumes
      .filter((mount) => isData(mount) && mount.read_only)
      .flatMap(({ source = "" }) => {
        const found = others.find(({ path }) => path === source.replace(/(?<=.)\/+$/, ""));
        return found
          ? [
              `The service ${name} reads ${source} of the machine, and the stage ${found.owner} does as well: what changes there changes for both at once, whatever release each runs.`,
            ]
          : [];
      }),
  );
}

function heldByOthers({ project, stage }: StageId, { holders }: Pick<FoundMachine, "holders">): Held[] {
  const others = [...holders].filter(([name]) => name !== `${project}/${stage}`);
  return others.flatMap(([owner, held]) =>
    held.flatMap(({ claims, reads = [] }) => [
      ...claims.flatMap((claim) => (claim.kind === "folder" ? [{ owner, path: claim.path, isWritten: true }] : [])),
      ...reads.map((path) => ({ owner, path, isWritten: false })),
    ]),
  );
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
