import { isDeepStrictEqual } from "node:util";
import { parseLayouts, type Layouts } from "./config";
import { backendName, idleBeside, paths, slots, type Listener, type Slot, type Upstream } from "./layout";
import { namesIn, serverName } from "./replicas";
import { word } from "./word";

/** The state of an edge at a moment. */
export interface EdgeState {
  /** The slot that serves; undefined before the first release does. */
  serving?: Slot;
  /** The name of the container, by slot and service. */
  containers: Record<Slot, Record<string, string>>;
  /** The release, by slot. */
  releases: Record<Slot, string>;
  /** An unconfirmed switch: the slot that served before, if one did. */
  pending?: { back?: Slot };
  /** Its configuration; empty before it has one. */
  config: string;
  /** Where it listens while a slot serves; undefined before the slot has a layout. */
  layouts: Partial<Record<Slot, Listener[]>>;
}

/** The files that an edge's state is read from, in the order that {@link parseState} takes them. */
export const stateFiles = [paths.serving, paths.containers, paths.releases, paths.pending, paths.config] as const;

/**
 * Reads the state from an edge's files.
 *
 * @param texts of {@link stateFiles}; empty for a missing file
 */
export function parseState([
  serving = "",
  containers = "",
  releases = "",
  pending = "",
  config = "",
]: readonly string[]): EdgeState {
  const slot = /^slot ([ab])$/m.exec(serving)?.[1] as Slot | undefined;
  const state: EdgeState = {
    serving: slot,
    containers: { a: {}, b: {} },
    releases: { a: "none", b: "none" },
    ...(pending.trim() === "" ? {} : { pending: { back: /[ab]\s*$/.exec(pending)?.[0].trim() as Slot | undefined } }),
    config,
    layouts: parseLayouts(config),
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

/**
 * Where an edge is to listen from now on: the serving slot keeps its layout, and the other one is laid out for the
 * coming release. A service that is newly called is found at once, because others of the release need it to start; one
 * that is no longer called is found until its door is gone. Before the first release serves there is no layout to keep.
 */
export function layoutsFor(
  { serving, layouts }: Pick<EdgeState, "serving" | "layouts">,
  listening: readonly Listener[],
): { layouts: Layouts; newest: Slot } {
  const newest = idleBeside(serving);
  const current = serving && layouts[serving];
  const laid = (kept: readonly Listener[], next: readonly Listener[]): { layouts: Layouts; newest: Slot } => ({
    layouts: newest === "a" ? { a: next, b: kept } : { a: kept, b: next },
    newest,
  });
  if (!current || isSameLayout(current, listening)) return laid(current ?? listening, listening);
  const lacks = (layout: readonly Listener[], { from, name }: Listener): boolean =>
    from === "inside" && !layout.some((one) => one.name === name);
  const kept = [...current, ...listening.filter((one) => lacks(current, one))];
  const gone = current.filter((one) => !one.isGone && lacks(listening, one)).map((one) => ({ ...one, isGone: true }));
  return laid(kept, [...listening, ...gone]);
}

/** Whether a slot has the layout that a release wants. */
export function isSameLayout(layout: readonly Listener[] = [], listening: readonly Listener[]): boolean {
  return isDeepStrictEqual(
    layout.filter(({ isGone }) => !isGone),
    listening,
  );
}

/** The file of containers, in the form that the guard reads. */
export function containersText(containers: EdgeState["containers"]): string {
  return slots
    .flatMap((slot) =>
      Object.entries(containers[slot]).map(([service, name]) => `${slot} ${word(service)} ${word(name)}\n`),
    )
    .join("");
}

/** The map of releases. */
export function releasesText(releases: EdgeState["releases"]): string {
  return slots.map((slot) => `${slot} ${word(releases[slot])}\n`).join("");
}

/** The map of the serving slot. */
export function servingText(serving: Slot | undefined): string {
  return `slot ${serving ?? "none"}\n`;
}

/**
 * The commands that put containers into a slot of a running edge.
 *
 * @param behind everything behind the edge
 * @param containers by service; services without one stay as they are
 */
export function fillCommands(
  behind: readonly Upstream[],
  slot: Slot,
  containers: Readonly<Record<string, string>>,
): string[] {
  return behind
    .filter(({ service }) => containers[service])
    .flatMap((upstream) => {
      const names = namesIn(containers[upstream.service] ?? "").slice(0, upstream.replicas ?? 1);
      return names.map(
        (name, index) => `set server ${backendName(upstream, slot)}/${serverName(index)} fqdn ${word(name)}`,
      );
    });
}

/** The command that sets the release of a slot. */
export function releaseCommand(slot: Slot, release: string): string {
  return `set map ${paths.releases} ${slot} ${word(release)}`;
}

/** The command that makes a slot serve: a single one for all services, so that they move together. */
export function serveCommand(slot: Slot | undefined): string {
  return `set map ${paths.serving} slot ${slot ?? "none"}`;
}

/**
 * The commands that let containers of a coming release find each other.
 *
 * @param addresses of the containers on the stage's networks
 */
export function peerCommands(slot: Slot, addresses: readonly string[]): string[] {
  return [`clear map ${paths.peers}`, ...addresses.map((address) => `add map ${paths.peers} ${address} ${slot}`)];
}

/** The address to which each place sends, by the place's name and, behind a slash, that of a further server of it, from the edge's `show servers state`. */
export function parseAddresses(text: string): Map<string, string> {
  // The name of the backend is a line's second field, the server's its fourth, its address its fifth.
  const fields = text
    .split("\n")
    .filter((line) => /^\d+ /.test(line))
    .map((line) => line.split(" "));
  return new Map(
    fields.map(([, backend = "", , server, address = ""]) => [placeOf(backend, server ?? serverName(0)), address]),
  );
}

/**
 * How many requests and connections each place has under way, by its name, from `show stat` of all processes of the
 * edge: processes from before a reload go on with what they had.
 */
export function parseSessions(text: string): Map<string, number> {
  const sessions = new Map<string, number>();
  let names: string[] = [];
  for (const line of text.split("\n")) {
    const fields = line.replace(/^# /, "").split(",");
    const at = (name: string): string => fields[names.indexOf(name)] ?? "";
    if (line.startsWith("# ")) {
      names = fields;
    } else if (at("svname") === "BACKEND") {
      sessions.set(at("pxname"), (sessions.get(at("pxname")) ?? 0) + Number(at("scur")));
    }
  }
  return sessions;
}

/** The name of a server's place: its backend's, where it is the first. */
export function placeOf(backend: string, server: string): string {
  return server === serverName(0) ? backend : `${backend}/${server}`;
}

function isSlot(text: string | undefined): text is Slot {
  return text === "a" || text === "b";
}
