import type { Service } from "../compose/index";
import { isChecked } from "./healthcheck";

/** The names by which a container calls itself. */
const itself = String.raw`(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\]|\$\{?HOSTNAME\}?|\$\(hostname\))`;

/** A port as a health check writes it, perhaps as a variable of the service, with a default. */
const port = String.raw`(\d+|\$\w+|\$\{\w+(?::?-\d+)?\})`;

/** How programs are told to ask by HTTP; the first group is the port, where one is written. */
const ways: readonly RegExp[] = [
  // A URL, whoever asks: curl, wget, node's fetch, python's urllib, …
  new RegExp(String.raw`\bhttp://(?:[^\s/@'"]*@)?${itself}(?::${port})?(?![\w.:-])`, "gi"),
  // curl and wget take an address without a scheme for HTTP.
  new RegExp(String.raw`\b(?:curl|wget)\b[^;&|]*?[\s'"]${itself}(?::${port})?(?=[/\s'"?]|$)`, "gi"),
  // Python's http.client, and node's http with an object.
  new RegExp(String.raw`\bHTTPConnection\(\s*['"]${itself}(?::${port})?['"]\s*[,)](?!\s*\d)`, "g"),
  new RegExp(String.raw`\bHTTPConnection\(\s*['"]${itself}['"]\s*,\s*(?:port\s*=\s*)?${port}`, "g"),
  new RegExp(String.raw`\bhttp['"]?\)?\.(?:get|request)\(\s*\{[^}]*\bport['"]?\s*:\s*['"]?${port}`, "g"),
  // A shell that speaks HTTP itself.
  new RegExp(String.raw`/dev/tcp/${itself}/${port}[\s\S]*\b(?:GET|HEAD) \S+ HTTP/1`, "g"),
  new RegExp(String.raw`\b(?:GET|HEAD) \S+ HTTP/1[\s\S]*\bnc\b[^|;&]*\s${itself}\s+${port}`, "g"),
];

/**
 * The ports of its own containers that a service's health check asks by HTTP: they speak it, or nothing would be well.
 *
 * @returns port numbers inside the container, each once; 80 where a URL has none
 */
export function askedByHttp(service: Service): number[] {
  if (!isChecked(service)) return [];
  const text = (service.healthcheck?.test ?? []).slice(1).join(" ");
  const found = ways.flatMap((way) =>
    [...text.matchAll(way)].flatMap(([, written]) =>
      written === undefined ? [80] : (numberOf(written, service) ?? []),
    ),
  );
  return [...new Set(found)].sort((a, b) => a - b);
}

function numberOf(written: string, { environment = {} }: Service): number | undefined {
  const [, name = "", otherwise] = /^\$\{?(\w+)(?::?-(\d+))?\}?$/.exec(written) ?? [];
  const text = name === "" ? written : (environment[name] ?? otherwise ?? "");
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}
