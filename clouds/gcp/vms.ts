import { another, forgetting, refusalBy, type Vms } from "slipway/cloud";
import { calledIn, findDisk } from "./disk";
import { GceMachine } from "./machine";
import { startCommand, statusOf } from "./status";
import type { GceSettings } from "./settings";

const refused = refusalBy(
  "slipway:machine is one of Google Cloud, which does not tell what is there",
  "log in with gcloud auth application-default login, as somebody who has roles/compute.viewer at least",
);

/** VMs on Google Compute Engine. */
export const vms: Vms<GceSettings> = {
  registry: "artifact-registry",
  called: calledIn,
  findDisk: (settings, stage) => findDisk(settings, stage).catch(refused),
  status: (settings, stage) => statusOf(settings, stage).catch(refused),
  start: startCommand,
  // Google's provider cannot delete what is gone, unlike Azure's, so the engine must not ask for it.
  gone: ({ stage }) =>
    `take it out of Pulumi's state with ${forgetting("GceMachine", stage)}, unless you have done so already; then ${another}`,
  declare: (name, args, opts) => new GceMachine(name, args, opts),
};
