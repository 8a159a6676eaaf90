import type { Used } from "../../stack";
import type { Part, Span } from "./split";
import type { EngineEvent, Metadata } from "./update";

/** The part that a resource's time counts for, by the resource's type and name. */
const places: readonly { part: Part; type: RegExp; name: RegExp }[] = [
  { part: "pull", type: /:RemoteImage$/, name: /./ },
  { part: "check", type: /^command:/, name: /-checks?$/ },
  { part: "cutover", type: /^command:/, name: /-cutover$/ },
  { part: "watch", type: /^command:/, name: /-(watch|confirm)$/ },
  { part: "record", type: /^command:/, name: /-record$/ },
];

/**
 * The lines with which a cutover begins its parts. Before the first of them, the edge learns of the new containers and
 * tries them.
 */
const lines: readonly { part: Part; says: RegExp }[] = [
  { part: "cutover", says: /\bsending traffic to\b/ },
  { part: "watch", says: /\bwatching\b/ },
  { part: "drain", says: /\bserves\b/ },
];

/**
 * The parts of an update's time, by the engine's events and the notes of the program's process. A resource that stays
 * the same costs no time of its own.
 */
export function engineSpans(events: readonly EngineEvent[], program: Used | undefined): Span[] {
  const begun = new Map<string, number>();
  const spans: Span[] = [];
  for (const event of events) {
    const started = event.resourcePreEvent?.metadata;
    const ended = (event.resOutputsEvent ?? event.resOpFailedEvent)?.metadata;
    if (started && /^(create|update|replace)/.test(started.op) && !begun.has(started.urn)) {
      begun.set(started.urn, event.at);
    }
    const part = ended && partOf(ended);
    const from = ended && begun.get(ended.urn);
    if (part && from !== undefined) {
      spans.push(
        ...(part === "cutover" ? cutoverSpans(ended, from, event.at, events) : [{ part, from, to: event.at }]),
      );
    }
  }
  const declared = program?.reached["declared"];
  return declared === undefined
    ? spans
    : [{ part: "program", from: program?.began ?? declared, to: declared }, ...spans];
}

function partOf({ type, urn }: Metadata): Part | undefined {
  const name = urn.split("::").at(-1) ?? "";
  return places.find((place) => place.type.test(type) && place.name.test(name))?.part;
}

/** Each part lasts until the next begins. */
function cutoverSpans({ urn }: Metadata, from: number, to: number, events: readonly EngineEvent[]): Span[] {
  const begun = lines.flatMap(({ part, says }): Span[] => {
    const line = events.find(({ diagnosticEvent: said }) => said?.urn === urn && says.test(said.message));
    return line ? [{ part, from: line.at, to }] : [];
  });
  return [{ part: "check", from, to }, ...begun];
}
