import { type Verdicts, ignored, supported, unsupported, unsupportedWhen } from "./verdict";

const outside = "Slipway reads it from a file or a variable: write file or environment";

/** The verdicts on the keys outside of services. */
export const resourceVerdicts: Verdicts = {
  services: { is: "supported" },
  networks: { is: "supported" },
  volumes: { is: "supported" },
  secrets: { is: "supported" },
  configs: { is: "supported" },
  // Handled by the loader.
  include: { is: "supported" },
  ...supported("include.*", ["path", "project_directory", "env_file"]),
  name: { is: "ignored", why: "a stage is named by its Pulumi project and stack" },
  version: { is: "ignored", why: "Compose has left it out since long" },
  models: { is: "ignored", why: "a service that uses one is refused" },
  ...supported("networks.*", [
    "name",
    "attachable",
    "driver",
    "driver_opts",
    "enable_ipv6",
    "external",
    "internal",
    "ipam",
    "ipam.driver",
    "ipam.config",
    "labels",
  ]),
  ...supported("networks.*.ipam.config.*", ["subnet", "ip_range", "gateway", "aux_addresses"]),
  ...ignored("networks.*", {
    "external.name": "it is the old form of name",
    "ipam.options": "Compose leaves it out too",
  }),
  "networks.*.enable_ipv4": unsupportedWhen(
    (enable) => enable === false,
    "a network without IPv4 cannot be had: remove it",
  ),
  ...supported("volumes.*", ["name", "driver", "driver_opts", "external", "labels"]),
  ...ignored("volumes.*", { "external.name": "it is the old form of name" }),
  ...supported("secrets.*", ["file", "environment"]),
  ...supported("configs.*", ["file", "environment", "content"]),
  ...unsupported("secrets.*", { driver: outside, driver_opts: outside }),
  ...Object.assign({}, ...["secrets.*", "configs.*"].map((prefix) => fileVerdicts(prefix))),
};

function fileVerdicts(prefix: string): Verdicts {
  return {
    ...ignored(prefix, {
      labels: "a mounted file has none",
      name: "a mounted file goes by its path",
      "external.name": "external is refused",
    }),
    ...unsupported(prefix, { external: outside, template_driver: outside }),
  };
}
