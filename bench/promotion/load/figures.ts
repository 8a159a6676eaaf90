/** The kinds of clients, by their way to the service. */
export const kinds = ["kept", "fresh", "inside", "slow", "stream", "socket"] as const;

/** A kind of client. */
export type Kind = (typeof kinds)[number];

/** The clients that ask again at once: they notice a moment without answers. */
export const fast: readonly Kind[] = ["kept", "fresh"];

/** The figures of one kind of client. */
export interface KindFigures {
  /** Requests that were sent once, and have had their whole answer or failed. */
  requests: number;
  failed: number;
  /** How many failed, by reason. */
  reasons: Record<string, number>;
  /**
   * WebSocket messages that met the server's clean close on the wire, where no answer is possible; they are no
   * failures.
   */
  crossed: number;
}

/** When one release answered; milliseconds since 1970, by the ends of the fast clients' answers. */
export interface Answers {
  count: number;
  first: number;
  last: number;
}

/** The figures of a load from its start on. */
export interface Figures {
  /** How long it has run. */
  seconds: number;
  /** Of all kinds together. */
  requests: number;
  failed: number;
  kinds: Record<Kind, KindFigures>;
  gap: Gap;
  /** The releases that answered the fast clients, and when. */
  releases: Record<string, Answers>;
}

/** The longest time without a whole answer to any fast client. */
export interface Gap {
  ms: number;
  /** When it ended, in milliseconds since 1970. */
  ended: number;
  /**
   * For how many milliseconds at a stretch a busy machine kept the generator itself from running: answers may have come
   * meanwhile without being noticed.
   */
  stalled: number;
}

/** All kinds together, for a table's last row. */
export function inAll(figures: readonly Figures[]): Pick<Figures, "requests" | "failed" | "gap"> {
  const gaps = figures.map(({ gap }) => gap).sort((a, b) => b.ms - a.ms);
  return {
    requests: figures.reduce((sum, { requests }) => sum + requests, 0),
    failed: figures.reduce((sum, { failed }) => sum + failed, 0),
    gap: gaps[0] ?? { ms: 0, ended: 0, stalled: 0 },
  };
}

/** The failures of one kind over several runs, with their reasons. */
export function failuresOf(kind: Kind, figures: readonly Figures[]): { failed: number; reasons: string[] } {
  const counts = new Map<string, number>();
  for (const { kinds: of } of figures) {
    for (const [reason, count] of Object.entries(of[kind].reasons)) {
      counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return {
    failed: sorted.reduce((sum, [, count]) => sum + count, 0),
    reasons: sorted.map(([reason, count]) => `${count} × ${reason}`),
  };
}
