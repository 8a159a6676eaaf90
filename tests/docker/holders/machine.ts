import type { Claim } from "../../../docker/holders/claims";
import { collide, isData, portClaim } from "../../../docker/holders/claims";
import { yieldingTo, type Claims } from "../../../docker/holders/handover";
import { beside, handBack, type Stopped } from "../../../docker/holders/handBack";
import type { Holder, Part } from "../../../docker/holders/holder";

/** What a service of a release holds, and which edition of it that release has. */
export interface Service {
  volume?: number;
  port?: number;
  address?: number;
  edition: number;
}

/** The services of a release that hold something alone, by name. */
export type Release = Record<string, Service>;

/** What befalls an update. */
export interface Fate {
  /** The services whose new containers never become well. */
  ill: readonly string[];
  /** After how many steps it is killed; undefined: never. */
  killedAfter?: number;
  /** Whether what it had asked for when it was killed still comes. */
  lateCreates: boolean;
  /** Which of the works under way goes on next, again and again. */
  turns: readonly number[];
}

interface Container extends Holder {
  isWell: boolean;
  edition: string;
  /** How far it has counted in its volume, which it read when it was started. */
  count: number;
}

export function claimsIn({ volume, port, address }: Service): Claim[] {
  return [
    ...(volume === undefined ? [] : [{ kind: "volume" as const, name: `v${volume}` }]),
    ...(port === undefined ? [] : [portClaim(7000 + port, "tcp")]),
    ...(address === undefined ? [] : [{ kind: "address" as const, address: `10.9.0.${address}` }]),
  ];
}

/**
 * A machine on which containers count in their volumes: each keeps in mind how far, as a database keeps what it has read. Where two that do not know
 * of each other count in one volume, numbers are given out twice: rows that were acknowledged are lost.
 */
export class Machine {
  readonly containers: Container[] = [];
  /** The numbers that were given out, by volume. */
  readonly given = new Map<string, number[]>();
  private readonly current = new Map<Part, Container>();
  private ids = 0;

  running(): Container[] {
    return this.containers.filter(({ isRunning }) => isRunning);
  }

  /** Brings a release up, as the hook, the engine and what outlives them do. Returns whether it came to its end. */
  update(release: Release, { ill, killedAfter, lateCreates, turns }: Fate): boolean {
    const next: Claims = Object.fromEntries(
      Object.entries(release).map(([name, service]) => [`service ${name}`, claimsIn(service)]),
    );
    const notes: Stopped[] = [];
    let failed = false;
    const works = Object.entries(release).map(([name, service]) => {
      const work = this.bringUp(name, service, next, notes, !ill.includes(name), () => (failed = true));
      return { name, work, asked: false };
    });
    let steps = 0;
    const open = [...works];
    while (open.length > 0 && !failed) {
      if (killedAfter !== undefined && steps === killedAfter) break;
      const index = (turns[steps % turns.length] ?? 0) % open.length;
      steps += 1;
      const { done, value } = (open[index] as (typeof works)[number]).work.next();
      (open[index] as (typeof works)[number]).asked = value === "asked";
      if (done) open.splice(index, 1);
      this.tick();
    }
    if (open.length === 0 && !failed) return this.finish(release);
    // Whatever was asked of the Engine may come although nobody waits for it any more.
    if (lateCreates) works.filter(({ asked }) => asked).forEach(({ work }) => work.next());
    const { stop, start } = handBack(notes, this.containers);
    stop.forEach(({ id }) => this.stop(id));
    start.forEach(({ id }) => this.start(id));
    this.tick();
    return false;
  }

  /** Counts on, in each container that runs. */
  tick(): void {
    for (const container of this.running()) {
      for (const claim of container.claims) {
        if (claim.kind !== "volume") continue;
        const given = this.given.get(claim.name) ?? [];
        container.count += 1;
        given.push(container.count);
        this.given.set(claim.name, given);
      }
    }
  }

  private *bringUp(
    name: string,
    service: Service,
    next: Claims,
    notes: Stopped[],
    isWell: boolean,
    fail: () => void,
  ): Generator<"waits" | "asked"> {
    const part = `service ${name}`;
    const claims = claimsIn(service);
    const edition = JSON.stringify(service);
    const current = this.current.get(part);
    if (current?.edition === edition && current.isWell && this.containers.includes(current)) return;
    const before = this.containers.map((one) => ({ ...one }));
    const yielding = yieldingTo(part, next, before).map(({ holder }) => holder);
    if (yielding.length > 0) {
      notes.push({ part, stopped: yielding, before });
      yield "waits";
      for (const { id } of yielding) {
        this.stop(id);
        yield "waits";
      }
    }
    yield "asked";
    const id = `${(this.ids += 1)}`;
    const made: Container = { id, name: id, part, image: "app", claims, isRunning: false, isWell, edition, count: 0 };
    this.containers.push(made);
    this.start(id);
    this.current.set(part, made);
    yield "waits";
    if (!isWell) fail();
  }

  /** The cutover starts what had stopped, and the engine deletes what is no part of the release. */
  private finish(release: Release): boolean {
    const kept = Object.keys(release).flatMap((name) => this.current.get(`service ${name}`) ?? []);
    const ids = kept.map(({ id }) => id);
    const starting = kept.filter(({ isRunning }) => !isRunning).map(({ id }) => id);
    beside(starting, ids, this.containers).forEach(({ id }) => this.stop(id));
    starting.forEach((id) => this.start(id));
    for (const part of [...this.current.keys()]) if (!release[part.slice(8)]) this.current.delete(part);
    this.containers.splice(0, this.containers.length, ...this.containers.filter((one) => kept.includes(one)));
    return true;
  }

  private stop(id: string): void {
    const found = this.containers.find((one) => one.id === id);
    if (found) found.isRunning = false;
  }

  private start(id: string): void {
    const found = this.containers.find((one) => one.id === id);
    if (!found || found.isRunning) return;
    for (const other of this.running()) {
      const clash = found.claims.find((claim) => !isData(claim) && other.claims.some((held) => collide(claim, held)));
      if (clash) throw new Error(`${found.part} and ${other.part} have ${JSON.stringify(clash)} at once`);
    }
    const [volume] = found.claims.flatMap((claim) => (claim.kind === "volume" ? [claim.name] : []));
    found.count = Math.max(0, ...(this.given.get(volume ?? "") ?? []));
    found.isRunning = true;
  }
}
