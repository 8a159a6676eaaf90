import { toMilliseconds } from "../compose/durations";
import { toBytes } from "../compose/sizes";

/** A duration of the compose model, such as `1m30s`, in seconds. */
export function seconds(duration: string): number {
  return toMilliseconds(duration) / 1000;
}

/** A size of the compose model in the mebibytes that the Docker provider takes, rounded up. */
export function mebibytes(size: string): number {
  return Math.ceil(toBytes(size) / (1 << 20));
}
