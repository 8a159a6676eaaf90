import { plainPortOf } from "../settings/edgeHttp";
import type { EdgeSettings } from "../settings/edge";
import type { Route } from "./layout";

/** The published ports after HTTPS is added. */
export interface Secured {
  routes: Route[];
  /** The port of the machine on which callers without TLS are sent on, and on which an authority looks for its proof. */
  redirect?: number;
}

/**
 * Puts the first published port of a stage behind its domain, with HTTPS: that is the address at which people reach the
 * stage. All other ports stay as they are.
 *
 * @param routes the published ports, lowest first
 * @throws Error where there is no port to secure, or a port is needed twice
 */
export function secured(routes: readonly Route[], { domain, http: setting, https }: EdgeSettings): Secured {
  const http = plainPortOf(setting);
  if (domain.length === 0) {
    return { routes: [...routes] };
  }
  const [main] = routes;
  if (!main) {
    throw new Error(
      `slipway:edge.domain is ${domain.join(", ")}, and no service publishes an HTTP port: publish one with app_protocol: http.`,
    );
  }
  const others = routes.filter(({ published }) => published !== main.published);
  for (const [setting, port] of Object.entries({ http, https })) {
    const holder = others.find(({ published }) => published === port);
    if (holder || http === https) {
      const what = holder ? `the service ${holder.service}` : "both, http and https";
      throw new Error(`slipway:edge.${setting} is ${port}, which is the port of ${what}: choose another.`);
    }
  }
  return {
    routes: [{ service: main.service, published: https, target: main.target, isSecure: true }, ...others],
    redirect: http,
  };
}
