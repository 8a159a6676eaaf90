import { collide, isData, named, type Claim } from "./claims";
import { calledPart, runsOnce, type Holder, type Part } from "./holder";

/** Everything that each part of a stage will hold. */
export type Claims = Readonly<Record<Part, readonly Claim[]>>;

/** A running container that has to stop before another one is made. */
export interface Yielding {
  holder: Holder;
  /** The claims that the other one wants as well; empty where it only makes room for its successor. */
  for: Claim[];
}

/**
 * The running containers that have to stop before a container is made: the former ones of its own part, and all that
 * hold something it wants. Parts that claim the same in one release share it on purpose: neither stops for the other.
 *
 * @param part the new container's
 * @param next the claims of the release to come
 * @param running the stage's containers
 */
export function yieldingTo(part: Part, next: Claims, running: readonly Holder[]): Yielding[] {
  return running
    .filter((holder) => holder.isRunning && !isTakenUp(holder, part))
    .map((holder) => ({ holder, for: wanted(part, next, holder) }))
    .filter(({ holder, for: claims }) => holder.part === part || claims.length > 0);
}

/** A job that a killed update left running is waited for by the next one (steps/job.ts). */
function isTakenUp(holder: Holder, part: Part): boolean {
  return holder.part === part && part.startsWith("job ");
}

function wanted(part: Part, next: Claims, holder: Holder): Claim[] {
  const kept = holder.part === part ? [] : (next[holder.part] ?? []);
  return (next[part] ?? []).filter(
    (claim) =>
      holder.claims.some((held) => collide(claim, held)) &&
      !kept.some((other) => isData(other) && collide(claim, other)),
  );
}

/** A claim that changes its holder within an update. */
export interface Handover {
  from: Part;
  to: Part;
  /** The image of the present holder. */
  image: string;
  claims: Claim[];
}

/**
 * The claims that will change their holder, as far as the machine shows before the update. A claim that goes to a
 * service is not told again for the jobs and checks that share it.
 *
 * @param next the claims of the release to come
 * @param running the stage's containers
 */
export function handovers(next: Claims, running: readonly Holder[]): Handover[] {
  const all = Object.keys(next).flatMap((to) =>
    yieldingTo(to, next, running)
      .filter(({ holder }) => holder.part !== to)
      // A guest of a network stops for its owner and comes again: nothing of it goes to another.
      .map(({ holder, for: all }) => ({ holder, claims: all.filter(({ kind }) => kind !== "network") }))
      .map(({ holder, claims }) => ({ from: holder.part, to, image: holder.image, claims })),
  );
  const lasting = all.filter(({ to }) => !runsOnce(to));
  const isTold = (from: Part, claim: Claim): boolean =>
    lasting.some((one) => one.from === from && one.claims.some((other) => collide(claim, other)));
  return all
    .map((one) => (runsOnce(one.to) ? { ...one, claims: one.claims.filter((claim) => !isTold(one.from, claim)) } : one))
    .filter(({ claims }) => claims.length > 0);
}

/**
 * A handover as a preview shows it.
 *
 * @param saved the services whose data are saved before
 */
export function toldOf(
  { from, to, claims }: Pick<Handover, "from" | "to" | "claims">,
  saved: readonly string[],
): string {
  const [old, next] = [calledPart(from), calledPart(to)];
  const what = claims.map(named).join(" and ");
  return `${capital(what)} ${claims.length > 1 ? "go" : "goes"} from ${old} to ${next}: ${old} is ${saved.includes(old) ? "saved and " : ""}stopped before ${next} is made, so it is down from then on; unless ${next} becomes well, ${old} runs again.`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
