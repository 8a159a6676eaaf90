import { backendName, paths, slots, type Slot, type Upstream } from "./layout";

/** What an edge does at a moment. */
export interface EdgeState {
  /** The slot that serves; undefined before the first release does. */
  serving?: Slot;
  /** The name of the container, by slot and service. */
  containers: Record<Slot, Record<string, string>>;
  /** The release, by slot. */
  releases: Record<Slot, string>;
  /** A switch that is not confirmed: the slot that served before, if one did. */
  pending?: { back?: Slot };
}

/** The files that an edge's state is read from, in the order that {@link parseState} takes them. */
export const stateFiles = [paths.serving, paths.containers, paths.releases, paths.pending] as const;

/**
 * Reads what an edge's files say.
 *
 * @param texts of {@link stateFiles}; empty where a file is not there
 */
export function parseState([serving = "", containers = "", releases = "", pending = ""]: readonly string[]): EdgeState {
  const slot = /^slot ([ab])$/m.exec(serving)?.[1] as Slot | undefined;
  const state: EdgeState = {
    serving: slot,
    containers: { a: {}, b: {} },
    releases: { a: "none", b: "none" },
    ...(pending.trim() === "" ? {} : { pending: { back: /[ab]\s*$/.exec(pending)?.[0].trim() as Slot | undefined } }),
  };
  for (const line of containers.split("\n")) {
    const [place, service, container] = line.split(" ");
    if (isSlot(place) && service && container) {
      state.containers[place][service] = container;
    }
  }
  for (const line of releases.split("\n")) {
    const [place, release] = line.split(" ");
    if (isSlot(place) && release) {
      state.releases[place] = release;
    }
  }
  return state;
}

/** The file that names the containers, as the guard reads it. */
export function containersText(containers: EdgeState["containers"]): string {
  return slots
    .flatMap((slot) => Object.entries(containers[slot]).map(([service, name]) => `${slot} ${service} ${name}\n`))
    .join("");
}

/** The map that names the releases. */
export function releasesText(releases: EdgeState["releases"]): string {
  return slots.map((slot) => `${slot} ${releases[slot]}\n`).join("");
}

/** The map that says which slot serves. */
export function servingText(serving: Slot | undefined): string {
  return `slot ${serving ?? "none"}\n`;
}

/**
 * The commands that give a running edge other containers in a slot.
 *
 * @param behind everything behind the edge
 * @param containers by service; services without one are left as they are
 */
export function fillCommands(
  behind: readonly Upstream[],
  slot: Slot,
  containers: Readonly<Record<string, string>>,
): string[] {
  return behind
    .filter(({ service }) => containers[service])
    .map((upstream) => `set server ${backendName(upstream, slot)}/app fqdn ${containers[upstream.service]}`);
}

/** The command that says which release is in a slot. */
export function releaseCommand(slot: Slot, release: string): string {
  return `set map ${paths.releases} ${slot} ${release}`;
}

/** The command that has a slot serve: one for all services, so that they move together. */
export function serveCommand(slot: Slot | undefined): string {
  return `set map ${paths.serving} slot ${slot ?? "none"}`;
}

/**
 * The commands that make containers of a release to come find each other.
 *
 * @param addresses of the containers on the stage's networks
 */
export function peerCommands(slot: Slot, addresses: readonly string[]): string[] {
  return [`clear map ${paths.peers}`, ...addresses.map((address) => `add map ${paths.peers} ${address} ${slot}`)];
}

/** The address to which each place sends, by its name, as the edge tells it (`show servers state`). */
export function parseAddresses(text: string): Map<string, string> {
  // The name of the backend is a line's second field, the server's address its fifth.
  const fields = text
    .split("\n")
    .filter((line) => /^\d+ /.test(line))
    .map((line) => line.split(" "));
  return new Map(fields.map(([, backend = "", , , address = ""]) => [backend, address]));
}

/** How many requests and connections each place has under way, by its name, as the edge tells it (`show stat`). */
export function parseSessions(text: string): Map<string, number> {
  const [header = "", ...lines] = text.replace(/^# /, "").split("\n");
  const names = header.split(",");
  const at = (fields: string[], name: string): string => fields[names.indexOf(name)] ?? "";
  return new Map(
    lines
      .map((line) => line.split(","))
      .filter((fields) => at(fields, "svname") === "BACKEND")
      .map((fields) => [at(fields, "pxname"), Number(at(fields, "scur"))]),
  );
}

function isSlot(text: string | undefined): text is Slot {
  return text === "a" || text === "b";
}
