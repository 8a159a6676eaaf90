import { type Dict, dictAt, isDict, listAt } from "./tree";

/** Sets the values that Compose assumes for missing keys, in place (compose-go 2.9, transform/defaults.go). */
export function setDefaults(document: Dict): void {
  for (const service of Object.values(dictAt(document, "services") ?? {}).filter(isDict)) {
    const build = dictAt(service, "build");
    if (build) build.context ??= ".";
    for (const secret of dictsAt(service, "secrets")) secret.target ??= `/run/secrets/${String(secret.source)}`;
    for (const port of dictsAt(service, "ports")) {
      port.protocol ??= "tcp";
      port.mode ??= "ingress";
    }
    for (const request of deviceRequests(service)) {
      if (request.device_ids === undefined) request.count ??= "all";
    }
  }
}

/** The devices that a service asks for, under `gpus` and under `deploy.resources.reservations.devices`. */
export function deviceRequests(service: Dict): Dict[] {
  const resources = dictAt(dictAt(service, "deploy") ?? {}, "resources");
  return [...dictsAt(service, "gpus"), ...dictsAt(dictAt(resources ?? {}, "reservations") ?? {}, "devices")];
}

function dictsAt(dict: Dict, key: string): Dict[] {
  return (listAt(dict, key) ?? []).filter(isDict);
}
