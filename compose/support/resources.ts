import { type Verdicts, harmless, honoured, refused, refusedWhen } from "./verdict";

const outside = "Slipway reads it from a file or a variable: write file or environment";

/** What becomes of the keys outside of services. */
export const resourceVerdicts: Verdicts = {
  services: { is: "honoured" },
  networks: { is: "honoured" },
  volumes: { is: "honoured" },
  secrets: { is: "honoured" },
  configs: { is: "honoured" },
  // The loader takes care of it.
  include: { is: "honoured" },
  ...honoured("include.*", ["path", "project_directory", "env_file"]),
  name: { is: "harmless", why: "a stage is named by its Pulumi project and stack" },
  version: { is: "harmless", why: "Compose has left it out since long" },
  models: { is: "harmless", why: "a service that uses one is refused" },
  ...honoured("networks.*", [
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
  ...honoured("networks.*.ipam.config.*", ["subnet", "ip_range", "gateway", "aux_addresses"]),
  ...harmless("networks.*", {
    "external.name": "it is the old form of name",
    "ipam.options": "Compose leaves it out too",
  }),
  "networks.*.enable_ipv4": refusedWhen(
    (enable) => enable === false,
    "a network without IPv4 cannot be had: remove it",
  ),
  ...honoured("volumes.*", ["name", "driver", "driver_opts", "external", "labels"]),
  ...harmless("volumes.*", { "external.name": "it is the old form of name" }),
  ...honoured("secrets.*", ["file", "environment"]),
  ...honoured("configs.*", ["file", "environment", "content"]),
  ...refused("secrets.*", { driver: outside, driver_opts: outside }),
  ...Object.assign({}, ...["secrets.*", "configs.*"].map((prefix) => fileVerdicts(prefix))),
};

function fileVerdicts(prefix: string): Verdicts {
  return {
    ...harmless(prefix, {
      labels: "a mounted file has none",
      name: "a mounted file goes by its path",
      "external.name": "external is refused",
    }),
    ...refused(prefix, { external: outside, template_driver: outside }),
  };
}
