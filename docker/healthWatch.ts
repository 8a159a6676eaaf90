import { listContainers, removeContainer, stopContainers } from "./containers";
import type { Engine } from "./engine";
import { logOf, states } from "./health";
import { judgeReady, lateTrouble, type ContainerState } from "./judge";
import { unwell } from "./unwell";

/** A container that is about to be made, and whose health is waited for. */
export interface Expected {
  /** What people call it, at a sentence's beginning: `The service web`, `The edge`. */
  who: string;
  /** The labels that it will carry, by which it is found. */
  labels: Readonly<Record<string, string>>;
  /** How long, in seconds, it is waited for. */
  within: number;
}

/** Gives up on new containers as soon as the Engine does, while what makes them still waits. */
export interface HealthWatch {
  /**
   * Begins to look out for a container, and goes on while the update does other things.
   *
   * @param report gets what is wrong with it, in words, before it is taken away
   */
  begin(expected: Expected, report: (words: string) => void): Promise<void>;
}

/** A container as the Engine lists it, as far as it is read here. */
export interface Seen {
  Id: string;
  Labels: Record<string, string> | null;
  State: string;
  /** Such as `Up 5 seconds (unhealthy)`. */
  Status: string;
}

/** One that is looked out for. */
interface Entry extends Expected {
  /** The containers that were there already. */
  before: ReadonlySet<string>;
  /** Whether one of them has its labels. */
  hasFormer: boolean;
  /** When it was first looked out for, in milliseconds since 1970. */
  began: number;
  report(words: string): void;
}

/** How many of the last lines of a log are kept. */
const keptLines = 20_000;

/** How many are shown. */
const shownLines = 20;

/** How much earlier, in milliseconds, than what waits for the container. */
const earlier = 3000;

/** How long, in milliseconds, beyond its time a container is looked out for that has not been made. */
const unmade = 120_000;

/** What is asked of an Engine for it. */
export interface WatchedEngine {
  /** All containers of stages, the newest first. */
  list(): Promise<Seen[]>;
  states(containers: string[]): Promise<ContainerState[]>;
  /** The last lines of a container's log. */
  log(container: string, lines: number): Promise<string>;
  /** Stops a container with its own grace, and takes it away. */
  remove(container: string): Promise<void>;
}

/** That of an Engine. */
export function watched(engine: Engine): WatchedEngine {
  return {
    list: () => listContainers<Seen>(engine, ["slipway.project"]),
    states: (containers) => states(engine, containers),
    log: (container, lines) => logOf(engine, container, lines),
    async remove(container) {
      await stopContainers(engine, [container]).catch(() => undefined);
      await removeContainer(engine, container).catch(() => undefined);
    },
  };
}

/**
 * The watch over an Engine. However many containers are waited for, one request each second asks for them all; it holds up neither the
 * process's end nor the update.
 *
 * @param on gives the Engine of the stage's machine, once that is there
 * @param keep keeps a log that goes with its container; returns a sentence that says where
 * @param options `every`: how often is looked, in milliseconds
 */
export function dockerHealthWatch(
  on: () => Promise<WatchedEngine>,
  keep: (labels: Expected["labels"], log: string) => string,
  { every = 1000 }: { every?: number } = {},
): HealthWatch {
  const entries = new Set<Entry>();
  let looking = false;

  const look = async (): Promise<void> => {
    const engine = await on();
    const seen = await engine.list();
    await Promise.all(
      [...entries].map(async (entry) => {
        const found = madeFor(entry, seen);
        const late = Date.now() > entry.began + entry.within * 1000 - earlier;
        if (found ? isWell(found) : Date.now() > entry.began + entry.within * 1000 + unmade) entries.delete(entry);
        else if (found && (late || isSuspicious(found))) await judge(engine, entry, found.Id, late);
      }),
    );
  };

  const judge = async (engine: WatchedEngine, entry: Entry, container: string, late: boolean): Promise<void> => {
    const [state] = await engine.states([container]);
    if (!state) return;
    const trouble = troubleOf(state, late, entry.began);
    if (trouble === undefined || !entries.delete(entry)) return;
    const log = await engine.log(container, keptLines);
    const words = unwell(entry.who, trouble, state, await engine.log(container, shownLines));
    const kept = log.trim() === "" ? "" : keep(entry.labels, log);
    entry.report([words, kept, whatNow(entry)].filter(Boolean).join("\n"));
    // With its own grace, as it may have begun to write to its data. What waits for it ends when it is gone.
    void engine.remove(container);
  };

  const loop = (): void => {
    if (looking || entries.size === 0) return;
    looking = true;
    const again = (): void => {
      looking = false;
      loop();
    };
    setTimeout(() => {
      // An Engine that does not answer is asked again.
      look()
        .catch(() => undefined)
        .finally(again);
    }, every).unref();
  };

  return {
    async begin(expected, report) {
      const there = await (await on()).list();
      const hasFormer = madeFor({ ...expected, before: new Set() }, there) !== undefined;
      const before = new Set(there.map(({ Id }) => Id));
      entries.add({ ...expected, before, hasFormer, began: Date.now(), report });
      loop();
    },
  };
}

/** The newest container with the labels of one that is looked out for, unless it was there before. */
export function madeFor<T extends Pick<Seen, "Id" | "Labels">>(
  { labels, before }: Pick<Entry, "labels" | "before">,
  seen: readonly T[],
): T | undefined {
  // The Engine lists the newest first.
  return seen.find(
    ({ Id, Labels: its }) => !before.has(Id) && Object.entries(labels).every(([name, value]) => its?.[name] === value),
  );
}

/** Whether a container passes its health check. */
function isWell({ State: state, Status: status }: Seen): boolean {
  return state === "running" && status.includes("(healthy)");
}

/** Whether a container is worth a second look: one that has only been made is no more than about to be started. */
function isSuspicious({ State: state, Status: status }: Seen): boolean {
  return state === "running" ? status.includes("(unhealthy)") : state !== "created";
}

function whatNow({ hasFormer }: Entry): string {
  const until = hasFormer ? "The one before it serves on, or runs again. " : "";
  return `The container was taken away, so that the Docker provider finds it no more. ${until}The next pulumi up makes a new container in its place.`;
}

function troubleOf(seen: ContainerState, late: boolean, began: number): string | undefined {
  const { well, trouble } = judgeReady(seen, Date.now(), began);
  return trouble ?? (late && !well ? lateTrouble(seen) : undefined);
}
