import type { Sample } from "./stack";

/** Wall time of the whole command, in seconds. */
export const wall = ({ seconds }: Sample): number => seconds;

/** Processor time of the program's process, from its start to its end, in seconds. */
export const cpu = ({ program }: Sample): number | undefined => program?.cpuSeconds;

/** The most memory that the program's process had resident, in MiB. */
export const memory = ({ program }: Sample): number | undefined => program?.peakMiB;

/** Processor time, in seconds, of the parts of a program's run; the rest is the SDK's talk with the engine. */
export interface Phases {
  /** Node, Pulumi's SDK, the compiler and the program's packages. */
  load?: number;
  /** Reading and checking everything; a bare program has no such part. */
  plan?: number;
  /** Declaring all resources. */
  declare?: number;
}

/** The parts of one run, as far as the program marked them. */
export function phases({ program }: Sample): Phases {
  const { started, planned, declared } = program?.marks ?? {};
  return {
    load: started,
    plan: difference(started, planned),
    declare: difference(planned ?? started, declared),
  };
}

/** Processor time of Slipway's own functions, in seconds: to plan a stage, and to declare it. */
export function own(sample: Sample): number | undefined {
  const { plan, declare } = phases(sample);
  return plan === undefined || declare === undefined ? undefined : plan + declare;
}

function difference(from?: number, to?: number): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}
