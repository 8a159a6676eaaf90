import type { ComposeConfig, Service } from "../../compose/index";
import { withAlias } from "./containerName";
import type { Problem, Reword } from "./reworded";

interface Link {
  from: string;
  index: number;
  to: string;
  alias: string;
}

/**
 * `links: [db:mysql]` makes the service db known as mysql: it becomes an alias on the networks that both are on. That the one waits for the other
 * is among its dependencies already, as Compose has it.
 */
export const links: Reword = (config) => {
  const all = Object.entries(config.services).flatMap(([from, service]) =>
    (service.links ?? []).map((link, index) => {
      const [to = "", alias = to] = link.split(":");
      return { from, index, to, alias };
    }),
  );
  if (all.length === 0) return { config, notices: [] };
  const problems = all.flatMap((link) => clash(link, all, config));
  const services = { ...config.services };
  for (const { from, to, alias } of all) {
    const [own, target] = [services[from], services[to]];
    if (own && target && alias !== to) services[to] = withAlias(target, alias, common(own, target));
  }
  const without = Object.entries(services).map(([name, { links: _links, ...rest }]) => [name, rest] as const);
  return { config: { ...config, services: Object.fromEntries(without) }, notices: [], problems };
};

function common(one: Service, other: Service): string[] {
  return Object.keys(one.networks ?? {}).filter((network) => network in (other.networks ?? {}));
}

/** An alias is known to all on a network, and to Docker's links it was known to one container alone. */
function clash({ from, index, to, alias }: Link, all: readonly Link[], { services }: ComposeConfig): Problem[] {
  const [own, target] = [services[from], services[to]];
  if (!own || !target || alias === to) return [];
  const shared = common(own, target);
  const meets = (other: string): boolean => shared.some((network) => network in (services[other]?.networks ?? {}));
  const other = alias in services && meets(alias) ? alias : undefined;
  const twice = all.find((one) => one.alias === alias && one.to !== to && meets(one.to))?.to;
  const holder = other ?? twice;
  return holder === undefined
    ? []
    : [
        {
          path: ["services", from, "links", index],
          reason: `calls the service ${to} ${alias}, and on their network ${holder} is called so as well: give one of them another name`,
        },
      ];
}
