import type { Cloud, Kind } from "./kind";
import type { Simulation } from "./simulation";
import type { Values } from "./store";
import { addressFor, boot, changeDisk, forget, isThere, makeDisk, removeDisk, turnOff } from "./vm";

const at = (kind: string, scope: "global" | "region" | "zone") => (inputs: Values) =>
  scope === "global"
    ? `projects/${text(inputs["project"])}/global/${kind}/${text(inputs["name"])}`
    : `projects/${text(inputs["project"])}/${scope}s/${text(inputs[scope])}/${kind}/${text(inputs["name"])}`;

const named = (kind: string, scope: "global" | "region" | "zone", adds: string[] = ["selfLink"]): Kind => ({
  idOf: at(kind, scope),
  adds,
  fixed: ["project", "name", "region", "zone"],
  create: async (inputs) => ({ selfLink: at(kind, scope)(inputs) }),
});

const disk = named("disks", "zone");
const instance = at("instances", "zone");

/** Google Cloud, as far as a stage's VM needs it. */
export const google: Cloud = {
  types: "@pulumi/gcp",
  kinds: {
    "gcp:compute/network:Network": named("networks", "global"),
    "gcp:compute/subnetwork:Subnetwork": named("subnetworks", "region"),
    "gcp:compute/firewall:Firewall": named("firewalls", "global"),
    "gcp:compute/address:Address": {
      ...named("addresses", "region", ["address"]),
      create: async (_inputs, cloud) => ({ address: await addressFor(cloud.store) }),
    },
    "gcp:serviceaccount/account:Account": {
      idOf: (inputs) => `projects/${text(inputs["project"])}/serviceAccounts/${email(inputs)}`,
      adds: ["email", "member"],
      create: async (inputs) => ({ email: email(inputs), member: `serviceAccount:${email(inputs)}` }),
    },
    "gcp:compute/disk:Disk": {
      ...disk,
      fixed: [...(disk.fixed ?? []), "type"],
      async create(inputs, cloud) {
        await makeDisk(cloud.store, disk.idOf(inputs), Number(inputs["size"]));
        return { selfLink: disk.idOf(inputs) };
      },
      async update(inputs, { id, inputs: before }, cloud) {
        if (Number(inputs["size"]) < Number(before["size"])) throw new Error("A disk cannot be made smaller.");
        await changeDisk(cloud.store, id, Number(inputs["size"]));
        return {};
      },
      remove: ({ id }, cloud) => removeDisk(cloud.store, id),
    },
    "gcp:compute/instance:Instance": {
      idOf: instance,
      adds: ["instanceId", "currentStatus"],
      fixed: ["project", "zone", "name", "bootDisk", "networkInterfaces"],
      async create(inputs, cloud) {
        const { source, deviceName } = dataDiskOf(inputs);
        const [{ accessConfigs: [{ natIp } = {}] = [] } = {}] = inputs["networkInterfaces"] as {
          accessConfigs?: { natIp?: string }[];
        }[];
        // As Google's guest agent does: the start-up script of the metadata, at each boot.
        await boot(cloud.store, instance(inputs), {
          address: needed("natIp", natIp),
          disk: needed("source", source),
          devices: [`/dev/disk/by-id/google-${needed("deviceName", deviceName)}`],
          files: { "startup-script": script(inputs) },
        });
        return { instanceId: String(cloud.store.next()), currentStatus: "RUNNING" };
      },
      update: async (inputs, { id }, cloud) => {
        await forget(cloud.store, id, { "startup-script": script(inputs) });
        return {};
      },
      remove: ({ id, inputs }, cloud) => turnOff(cloud.store, id, dataDiskOf(inputs).source ?? ""),
      isThere: ({ id }, cloud) => isThere(cloud.store, id),
      // hashicorp/terraform-provider-google, resourceComputeInstanceDelete.
      missed: (id) =>
        `Error deleting instance: googleapi: Error 404: The resource '${id}' was not found, notFound (simulated)`,
    },
  },
  calls: {
    "gcp:compute/getDisk:getDisk": (inputs, cloud) => look(disk.idOf(inputs), cloud),
    "gcp:compute/getInstance:getInstance": (inputs, cloud) => look(instance(inputs), cloud),
  },
};

async function look(id: string, cloud: Simulation): Promise<Values> {
  const found = await cloud.find(id);
  if (!found) throw new Error(`googleapi: Error 404: The resource '${id}' was not found, notFound (simulated)`);
  return { ...found.outputs, id };
}

function dataDiskOf(inputs: Values): { source?: string; deviceName?: string } {
  return (inputs["attachedDisks"] as { source?: string; deviceName?: string }[] | undefined)?.[0] ?? {};
}

function script(inputs: Values): string {
  return needed("startup-script", (inputs["metadata"] as Record<string, string> | undefined)?.["startup-script"]);
}

function email(inputs: Values): string {
  return `${text(inputs["accountId"])}@${text(inputs["project"])}.iam.gserviceaccount.com`;
}

function needed(what: string, value: string | undefined): string {
  if (!value) throw new Error(`The simulated cloud cannot boot a VM without ${what}.`);
  return value;
}

function text(value: unknown): string {
  if (typeof value !== "string" || value === "")
    throw new Error("The simulated cloud wants a name, a project and a place.");
  return value;
}
