/** What the clients are, by how they reach the service. */
export const kinds = ["kept", "fresh", "inside", "slow", "stream", "socket"] as const;

/** A kind of client. */
export type Kind = (typeof kinds)[number];

/** The clients that ask again at once: by them a moment without answers is seen. */
export const fast: readonly Kind[] = ["kept", "fresh"];

/** What one kind of client saw. */
export interface KindFigures {
  /** Each was sent once, and has had its whole answer or failed. */
  requests: number;
  failed: number;
  /** How many failed, by why. */
  reasons: Record<string, number>;
  /** WebSocket messages that met the server's clean close on the wire, where they can have no answer; no failures. */
  crossed: number;
}

/** When one release answered; milliseconds since 1970, by the ends of the fast clients' answers. */
export interface Answers {
  count: number;
  first: number;
  last: number;
}

/** What the load generator saw from its start on. */
export interface Figures {
  /** How long it has run. */
  seconds: number;
  /** Of all kinds together. */
  requests: number;
  failed: number;
  kinds: Record<Kind, KindFigures>;
  gap: Gap;
  /** Which release answered the fast clients, and when. */
  releases: Record<string, Answers>;
}

/** The longest time in which none of the fast clients had a whole answer. */
export interface Gap {
  ms: number;
  /** When it ended, in milliseconds since 1970. */
  ended: number;
  /**
   * For how many of its milliseconds on end the generator itself was not let run, by a machine that had other things to do:
   * answers may have come meanwhile without being noticed.
   */
  stalled: number;
}

/** All kinds in one, for a table's last row. */
export function inAll(figures: readonly Figures[]): Pick<Figures, "requests" | "failed" | "gap"> {
  const gaps = figures.map(({ gap }) => gap).sort((a, b) => b.ms - a.ms);
  return {
    requests: figures.reduce((sum, { requests }) => sum + requests, 0),
    failed: figures.reduce((sum, { failed }) => sum + failed, 0),
    gap: gaps[0] ?? { ms: 0, ended: 0, stalled: 0 },
  };
}

/** The failures of one kind over several runs, and why they failed. */
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
