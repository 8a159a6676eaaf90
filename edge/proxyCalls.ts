import { posix } from "node:path";
import type { PlannedMount } from "../application/mounts";

/**
 * The addresses to which a service's own nginx or Caddy sends requests by HTTP, out of the configuration that it mounts.
 *
 * @returns URLs, such as `http://api:3000`
 */
export function proxyCalls(mounts: readonly PlannedMount[]): string[] {
  return mounts.flatMap(({ target, files }) =>
    files.flatMap(({ path, content }) => {
      const place = posix.join(target, path);
      const read = isNginx(place) ? nginxCalls : isCaddy(place) ? caddyCalls : undefined;
      if (!read || "secret" in content) return [];
      return read("text" in content ? content.text : Buffer.from(content.bytes).toString("utf8"));
    }),
  );
}

function isNginx(place: string): boolean {
  return /(^|\/)(nginx|openresty)\//.test(place) || /(^|\/)nginx[^/]*\.conf(\.\w+)?$/.test(place);
}

function isCaddy(place: string): boolean {
  return /(^|\/)Caddyfile[^/]*$|\.caddy(file)?$/.test(place);
}

/**
 * Those of nginx (https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass): an address in the directive, the
 * servers of the `upstream` that it names, and either by a variable of `set`. What speaks something else, such as
 * `fastcgi_pass` or a `stream`, is not among them.
 */
function nginxCalls(text: string): string[] {
  const plain = text.replace(/(^|\s)#.*$/gm, "$1");
  const variables = new Map(
    [...plain.matchAll(/\bset\s+\$(\w+)\s+["']?([^\s;"']+)["']?\s*;/g)].map(([, a = "", b = ""]) => [a, b]),
  );
  const upstreams = new Map(
    [...plain.matchAll(/\bupstream\s+([\w.-]+)\s*\{([^}]*)\}/g)].map(([, name = "", block = ""]) => [
      name,
      [...block.matchAll(/\bserver\s+([\w.-]+(?::\d+)?)[\s;]/g)].map(([, server = ""]) => server),
    ]),
  );
  return [...plain.matchAll(/\bproxy_pass\s+["']?([^\s;"']+)/g)].flatMap(([, written = ""]) => {
    const address = written.replace(/\$\{?(\w+)\}?/g, (all, name: string) => variables.get(name) ?? all);
    const [, host = ""] = /^http:\/\/([\w.-]+(?::\d+)?)(?=[/?$]|$)/i.exec(address) ?? [];
    return (upstreams.get(host) ?? [host]).filter(Boolean).map((one) => `http://${one}`);
  });
}

/** Those of Caddy (https://caddyserver.com/docs/caddyfile/directives/reverse_proxy): what follows the directive, and `to` in its block. */
function caddyCalls(text: string): string[] {
  const plain = text.replace(/(^|\s)#.*$/gm, "$1");
  const lines = [...plain.matchAll(/\b(?:reverse_proxy|to)[ \t]+([^\n{]*)/g)].flatMap(([, rest = ""]) =>
    rest.split(/\s+/),
  );
  return lines.flatMap((word) => {
    const [, address] = /^(?:http:\/\/)?([a-zA-Z0-9][\w.-]*(?::\d+)?)$/.exec(word) ?? [];
    return address === undefined ? [] : [`http://${address}`];
  });
}
