import type { Span } from "./split";

/** An event of a container, by the Docker Engine's own clock; milliseconds since 1970. */
export interface ContainerEvent {
  container: string;
  /** The Engine's word: `create`, `start`, `health_status: healthy`, `kill`, `die`. */
  action: string;
  at: number;
}

/** The containers' part in an update. */
export interface Change {
  spans: Span[];
  /**
   * How long, in seconds, the slowest new container took from its start until it was healthy; 0 where none became
   * healthy.
   */
  healthy: number;
  /** How long, in seconds, the old ones took from the first stop signal to the last one's end; 0 where none was stopped. */
  drain: number;
  /** When the last old container had ended; undefined where none did. */
  drained?: number;
  /** How many containers were made. */
  created: number;
}

/** Reads an update out of its containers' events: containers that were made in it are the new ones. */
export function changeOf(events: readonly ContainerEvent[]): Change {
  const lives = new Map<string, Record<string, number>>();
  for (const { container, action, at } of events) {
    const life = lives.get(container) ?? {};
    // The first signal asks it to stop, and of several ends the last one counts.
    lives.set(container, { ...life, [action]: action === "kill" ? (life[action] ?? at) : at });
  }
  const all = [...lives.values()];
  const fresh = all.filter((life) => life["create"] !== undefined);
  const old = all.filter((life) => life["create"] === undefined && life["die"] !== undefined);
  const ends = old.map((life) => life["die"] ?? 0);
  const stops = old.map((life) => life["kill"] ?? life["die"] ?? 0);
  const drained = old.length > 0 ? Math.max(...ends) : undefined;
  const starts = fresh.flatMap((life): Span[] => {
    const ready = life["health_status: healthy"] ?? life["health_status: unhealthy"] ?? life["die"];
    return ready === undefined ? [] : [{ part: "start", from: life["create"] ?? ready, to: ready }];
  });
  const waits = fresh.flatMap((life) => {
    const [started, healthy] = [life["start"], life["health_status: healthy"]];
    return started === undefined || healthy === undefined ? [] : [(healthy - started) / 1000];
  });
  return {
    spans: [...starts, ...(drained ? [{ part: "drain" as const, from: Math.min(...stops), to: drained }] : [])],
    healthy: Math.max(0, ...waits),
    drain: drained ? (drained - Math.min(...stops)) / 1000 : 0,
    drained,
    created: fresh.length,
  };
}
