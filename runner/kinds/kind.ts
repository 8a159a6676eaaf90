import type Docker from "dockerode";
import type { Found, Rules } from "../decide";
import type { Values } from "../resource";

/** What the work on an object may use. */
export interface Hands {
  docker: Docker;
  /** Who logs in to which registry. */
  logins: { address: string; username: string; password: string }[];
  /** The project's folder, in which commands run, as they do with Pulumi. */
  folder: string;
  /** What the object told before, where an input of it changes. */
  before?: Values;
  /** Shows a line of progress. */
  say(line: string): void;
}

/** An object that was made. */
export interface Made {
  id: string;
  /** What it tells beside its inputs. */
  outputs?: Values;
}

/** A type of resource: how its objects are made, changed and taken away. Inputs come with their secrets laid open. */
export interface Kind extends Rules {
  /** Whether its objects have a `name`, which is made up where the program gives none. */
  named?: boolean;
  /**
   * @throws Unfinished where an object was made and is not what it should be
   * @throws Error where none was made
   */
  create(inputs: Values, hands: Hands): Promise<Made>;
  /** Changes an object in place; without it, a change of an input is made by `create`. */
  update?(id: string, inputs: Values, changed: string[], hands: Hands): Promise<Values>;
  /** Takes an object away; one that is gone already is no error. */
  remove?(id: string, inputs: Values, hands: Hands): Promise<void>;
  /** Takes away what a `create` that was killed may have left; `inputs` hold the name that it had. */
  discard?(inputs: Values, hands: Hands): Promise<void>;
  /** Looks whether an object is as the state says. */
  look?(id: string, inputs: Values, hands: Hands): Promise<Found>;
}

/** An object was made and is not what it should be. */
export class Unfinished extends Error {
  constructor(
    message: string,
    readonly made: Made,
  ) {
    super(message);
  }
}
