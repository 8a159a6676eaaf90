import { type Decode, listOf, record } from "./decode";
import { texts } from "./mappings";
import { anyText, count, deviceCount, duration, integer, single, size, someDuration, text } from "./scalars";

const textList = listOf(anyText);

/** A device that a service asks for. */
export const deviceRequest: Decode = record({
  capabilities: textList,
  driver: text,
  count: deviceCount,
  device_ids: textList,
  options: texts,
});

const resource = record({
  cpus: single,
  memory: size,
  pids: integer,
  devices: listOf(deviceRequest),
  generic_resources: listOf(
    record({
      discrete_resource_spec: record({
        kind: { decode: text, absent: () => "" },
        value: { decode: count, absent: () => 0 },
      }),
    }),
  ),
});

const rollout = record({
  parallelism: count,
  delay: someDuration,
  failure_action: text,
  monitor: someDuration,
  max_failure_ratio: single,
  order: text,
});

/** How a service is deployed. */
export const deploy: Decode = record({
  mode: text,
  replicas: count,
  labels: texts,
  update_config: rollout,
  rollback_config: rollout,
  resources: { decode: record({ limits: resource, reservations: resource }), absent: () => ({}) },
  restart_policy: record({ condition: text, delay: duration, max_attempts: count, window: duration }),
  placement: {
    decode: record({
      constraints: textList,
      preferences: listOf(record({ spread: text })),
      max_replicas_per_node: integer,
    }),
    absent: () => ({}),
  },
  endpoint_mode: text,
});
