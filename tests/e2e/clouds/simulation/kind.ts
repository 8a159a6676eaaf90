import type { Simulation } from "./simulation";
import type { Thing, Values } from "./store";

/** How a simulated cloud treats one kind of resource. */
export interface Kind {
  /** By what the cloud knows it. */
  idOf(inputs: Values): string;
  /** What the cloud adds; in a preview all of it is unknown. */
  adds: string[];
  /** Fields that cannot be changed. */
  fixed?: string[];
  /** Does what is to be done when one is made, and tells what the cloud adds. */
  create?(inputs: Values, cloud: Simulation): Promise<Values>;
  /** The same when one is changed; what is not told stays. */
  update?(inputs: Values, before: Thing, cloud: Simulation): Promise<Values>;
  remove?(thing: Thing, cloud: Simulation): Promise<void>;
  /** Whether it is still there. */
  isThere?(thing: Thing, cloud: Simulation): Promise<boolean>;
  /** With what its provider fails that is to delete one which is gone; most take that for done. */
  missed?(id: string): string;
}

/** A function of a provider; throws as the cloud does where there is no such thing. */
export type Call = (inputs: Values, cloud: Simulation) => Promise<Values>;

/** One cloud. */
export interface Cloud {
  /** The package with its types. */
  types: string;
  kinds: Record<string, Kind>;
  calls: Record<string, Call>;
}
