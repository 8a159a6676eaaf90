import { serviceOf } from "./container";
import { notKnown, texts, within } from "./declared";
import type { Rule } from "./rule";

/** Only a health check tells whether a new container works: a cutover to a container without one is a guess. */
export const servicesHaveHealthCheck: Rule = {
  name: "services-have-health-check",
  description: "Every service that runs on has a health check.",
  problems(resource) {
    const service = serviceOf(resource);
    const check: unknown = service?.inputs["healthcheck"];
    const tests: unknown = within(check)["tests"];
    if (!service || check === notKnown || tests === notKnown) return [];
    const [kind, ...words] = texts(tests);
    if (kind !== undefined && kind !== "NONE") {
      return isEmpty(kind === "CMD" || kind === "CMD-SHELL" ? words : [kind, ...words])
        ? [
            `${service.name} has a health check that passes whatever the service does (${words.join(" ")}), so nothing tells whether it works: let healthcheck: { test: [CMD, …] } ask the service itself.`,
          ]
        : [];
    }
    return [
      `${service.name} has no health check, so nothing tells whether it works: write healthcheck: { test: [CMD, …] } for it in the compose file (one that only its image has is not seen).`,
    ];
  },
};

/** A command that succeeds by itself: what it does has to do with no service. */
const passing = /^(\/?(usr\/)?(s?bin\/)?(true|echo|printf|sleep|date|pwd|hostname|env|uname|id)\b.*|:|exit(\s+0)?)$/;

/** Whether a check is none: all its commands succeed by themselves, or its last one makes good of any failure. */
function isEmpty(words: readonly string[]): boolean {
  // A shell of the check's own.
  const inner = /^(\/?(usr\/)?bin\/)?(ba|da|a)?sh$/.test(words[0] ?? "") && words[1] === "-c" ? words.slice(2) : words;
  const line = inner.join(" ").trim();
  const commands = line.split(/&&|\|\||[;&|\n]/).map((command) => command.trim().replace(/^exec\s+/, ""));
  const ending = /(?:\|\||;)\s*([^;|&]+)$/.exec(line)?.[1]?.trim();
  return commands.every((command) => passing.test(command)) || (ending !== undefined && passing.test(ending));
}
