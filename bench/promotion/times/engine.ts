import type { Used } from "../../stack";
import type { Part, Span } from "./split";
import type { EngineEvent, Metadata } from "./update";

/** What a resource's time counts for, by its type and its name. */
const places: readonly { part: Part; type: RegExp; name: RegExp }[] = [
  { part: "pull", type: /:RemoteImage$/, name: /./ },
  { part: "check", type: /^command:/, name: /-checks?$/ },
  { part: "cutover", type: /^command:/, name: /-cutover$/ },
  { part: "watch", type: /^command:/, name: /-(watch|confirm)$/ },
  { part: "record", type: /^command:/, name: /-record$/ },
];

/**
 * The lines with which a cutover goes on to its next part. What comes before the first makes the new containers known to the
 * edge and tries them there.
 */
const lines: readonly { part: Part; says: RegExp }[] = [
  { part: "cutover", says: /\bsending traffic to\b/ },
  { part: "watch", says: /\bwatching\b/ },
  { part: "drain", says: /\bserves\b/ },
];

/**
 * What an update's time went into, by what the engine said and by what the program's process noted. A resource that does not
 * change costs nothing of its own.
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

/** Each part lasts until the next, which counts instead where both are told of. */
function cutoverSpans({ urn }: Metadata, from: number, to: number, events: readonly EngineEvent[]): Span[] {
  const begun = lines.flatMap(({ part, says }): Span[] => {
    const line = events.find(({ diagnosticEvent: said }) => said?.urn === urn && says.test(said.message));
    return line ? [{ part, from: line.at, to }] : [];
  });
  return [{ part: "check", from, to }, ...begun];
}
