import type { Service } from "../compose/index";

/** A service that another one is told of by a pair of variables, such as API_HOST and API_PORT. */
export interface Pair {
  host: string;
  port: number;
}

/** The pairs in a service's environment: two variables with the same words in front of `_HOST` and `_PORT`. */
export function pairsIn({ environment = {} }: Pick<Service, "environment">): Pair[] {
  return Object.entries(environment).flatMap(([key, host]) => {
    const [, words] = /^(\w+?)_(?:HOST|HOSTNAME)$/i.exec(key) ?? [];
    if (words === undefined || !host) return [];
    const port = Object.entries(environment).find(
      ([other]) => other.toLowerCase() === `${words}_port`.toLowerCase(),
    )?.[1];
    return /^\d{1,5}$/.test(port ?? "") ? [{ host, port: Number(port) }] : [];
  });
}
