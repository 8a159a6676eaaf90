import { rawPorts } from "../application/httpPorts";
import { isUsuallyOther } from "../application/otherProtocols";
import type { ComposeConfig } from "../compose/index";
import type { EdgeHttp } from "../settings/edgeHttp";

/**
 * Tells which published ports the edge does not hold, what that costs, and the line that changes it.
 *
 * @param config with `app_protocol` at each port that counts as HTTP
 * @param setting the stage's `slipway:edge.http`
 * @returns one sentence; none where the edge holds every published TCP port
 */
export function httpNotice(config: Pick<ComposeConfig, "services">, setting: EdgeHttp): string[] {
  const raw = rawPorts(config);
  if (raw.length === 0) return [];
  const services = [...new Set(raw.map(({ service }) => service))];
  const held =
    `${listed(raw.map(({ service, published }) => `port ${published} of the service ${service}`))} ${raw.length === 1 ? "is" : "are"} not held by the edge, as nothing says that HTTP is spoken there: no HTTPS, no watch, and at each update ${listed(services)} ${services.length === 1 ? "is" : "are"} down for a moment.`.replace(
      /^p/,
      "P",
    );
  const likely = raw.filter(({ target }) => !isUsuallyOther(target));
  if (likely.length === 0) return [held];
  const before = typeof setting === "number" ? (setting === 80 ? [] : [String(setting)]) : setting.map(written);
  const line = [...new Set([...before, ...likely.map(({ service, target }) => `"${service}:${target}"`)])].join(", ");
  return [`${held} Where it is HTTP, write slipway:edge: { http: [${line}] }.`];
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function written(one: string | number): string {
  return typeof one === "number" || !one.includes(":") ? String(one) : `"${one}"`;
}
