import type { ComposeConfig } from "../model";
import type { Problems } from "../problems";
import { type Dict, type Value, copyOrigin, get, nearestOrigin } from "../tree";
import { Spot, dictOf, extended, listOf, record } from "./decode";
import { texts } from "./mappings";
import { anyText, choice, flag, integer, text } from "./scalars";
import { service } from "./service";

const network = record({
  name: text,
  driver: text,
  driver_opts: texts,
  ipam: {
    decode: record({
      driver: text,
      config: listOf(record({ subnet: text, gateway: text, ip_range: text, aux_addresses: texts })),
    }),
    absent: () => ({}),
  },
  external: flag,
  internal: flag,
  attachable: flag,
  labels: texts,
  enable_ipv4: choice,
  enable_ipv6: choice,
});

const volume = record({ name: text, driver: text, driver_opts: texts, external: flag, labels: texts });

const fileObject = record({
  name: text,
  file: text,
  environment: text,
  content: text,
  external: flag,
  labels: texts,
  driver: text,
  driver_opts: texts,
  template_driver: text,
});

const model = record({ name: text, model: text, context_size: integer, runtime_flags: listOf(anyText) });

const sections = {
  services: service,
  networks: network,
  volumes: volume,
  secrets: fileObject,
  configs: fileObject,
  models: model,
};

/** Brings a normalized document into the form in which the reference prints it; errors are added to `problems`. */
export function decodeProject(document: Dict, file: string, problems: Problems): ComposeConfig {
  const spot = new Spot([], (path, reason) => {
    problems.add(nearestOrigin(document, path)?.at ?? { file, line: 0, column: 0 }, path, reason);
  });
  const config: Dict = { name: get(document, "name") as Value, services: {} };
  for (const [section, decode] of Object.entries(sections)) {
    const decoded = dictOf(extended(decode), () => ({}))(get(document, section) ?? null, spot.at(section));
    if (decoded !== undefined) config[section] = decoded;
    copyOrigin(document, section, config);
  }
  for (const [key, value] of Object.entries(document)) {
    if (!key.startsWith("x-")) continue;
    config[key] = value;
    copyOrigin(document, key, config);
  }
  return config as unknown as ComposeConfig;
}
