import { another, forgetting, refusalBy, type Vms } from "slipway/cloud";
import { calledIn, findDisk } from "./disk";
import { AzureMachine } from "./machine";
import { startCommand, statusOf } from "./status";
import type { AzureSettings } from "./settings";

const refused = refusalBy(
  "slipway:machine is one of Azure, which does not tell what is there",
  "log in with az login, as somebody who has the role Reader at least",
);

/** VMs in Azure. */
export const vms: Vms<AzureSettings> = {
  registry: "acr",
  called: calledIn,
  findDisk: (_settings, stage) => findDisk(stage).catch(refused),
  status: (_settings, stage) => statusOf(stage).catch(refused),
  start: (_settings, stage) => startCommand(stage),
  gone: ({ stage }) =>
    `${another}. Where its whole resource group is gone, ${forgetting("AzureMachine", stage)} comes first, and the address is another`,
  declare: (name, args, opts) => new AzureMachine(name, args, opts),
};
