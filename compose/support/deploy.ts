import { noSetting } from "./reasons";
import { type Verdicts, ignored, passedOver, supported, unsupportedWhen } from "./verdict";

const prefix = "services.*.deploy";
const rollout =
  "an update of a stage has an order of its own, is tried before it serves, and goes back by itself where it is not well";
const oneMachine = "it is for a cluster of machines, and a stage is one";

/** The verdicts on the keys of `deploy`. */
export const deployVerdicts: Verdicts = {
  [prefix]: { is: "supported" },
  [`${prefix}.mode`]: unsupportedWhen(
    (mode) => mode !== "replicated" && mode !== "global",
    "a service that runs to its end is a job: write profiles: [job] instead",
  ),
  [`${prefix}.replicas`]: unsupportedWhen(
    (replicas) => replicas === 0,
    "none of it would run: give it a profile instead, which is not active",
  ),
  ...supported(prefix, [
    "resources",
    "resources.limits",
    "resources.limits.cpus",
    "resources.limits.memory",
    "resources.reservations",
    "resources.reservations.memory",
    "resources.reservations.devices",
    ...["capabilities", "count", "device_ids", "driver", "options"].map(
      (key) => `resources.reservations.devices.*.${key}`,
    ),
    "restart_policy",
    "restart_policy.condition",
    "restart_policy.max_attempts",
  ]),
  ...ignored(prefix, {
    labels: "they mark a cluster's service, not its containers: Compose leaves them out too",
    "resources.reservations.cpus": "only a cluster's scheduler reads it: Compose leaves it out too",
    "restart_policy.delay": "the Docker Engine has its own: Compose leaves it out too",
    "restart_policy.window": "the Docker Engine has its own: Compose leaves it out too",
  }),
  ...passedOver(prefix, {
    endpoint_mode: oneMachine,
    placement: oneMachine,
    "resources.limits.pids": noSetting,
    "resources.reservations.generic_resources": oneMachine,
    rollback_config: rollout,
    update_config: rollout,
  }),
};
