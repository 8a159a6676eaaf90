import { z } from "zod";
import { wholeNumber } from "./numbers";

const port = wholeNumber(1, 65535);

const service = z.string().regex(/^[a-zA-Z0-9._-]+(:\d{1,5})?$/, {
  error: "a service, or SERVICE:PORT with the port inside its container, such as api:3000",
});

/** `slipway:edge.http`: the port of the machine for HTTP, or the services that speak it. */
export const edgeHttp = z.union([port, z.array(z.union([service, port]))], {
  error: 'a port, such as 80, or a list of services that speak HTTP, such as [web, "api:3000"]',
});

/** The setting as it is written. */
export type EdgeHttp = z.infer<typeof edgeHttp>;

/** The port of the machine for HTTP, where the stage has a domain: a list may hold it beside the services. */
export function plainPortOf(setting: EdgeHttp): number {
  return typeof setting === "number" ? setting : (setting.find((one) => typeof one === "number") ?? 80);
}

/** The services that the stage says to speak HTTP, each with the port of its containers where only one is meant. */
export function httpServicesOf(setting: EdgeHttp): { service: string; port?: number }[] {
  if (typeof setting === "number") return [];
  return setting
    .filter((one) => typeof one === "string")
    .map((one) => {
      const [, name = "", inside] = /^(.*?)(?::(\d+))?$/.exec(one) ?? [];
      return { service: name, ...(inside === undefined ? {} : { port: Number(inside) }) };
    });
}
