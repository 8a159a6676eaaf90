import type { StageId } from "../../docker/labels";
import type { FoundMachine } from "../machine";

/** From where the program looks at a machine. */
export interface From {
  /** The stage that is to be there. */
  stage: StageId;
  /** The project's folder, absolute. */
  directory: string;
  /** The port of the machine's loopback address where its registry is to be found, where it has one. */
  registry?: number;
}

/** What the `slipway` command knows of a stage, or may ask for. */
export interface Asking<Settings> {
  /** The stack, as the command was told. */
  stage: string;
  /** The project's folder, absolute. */
  directory: string;
  /** The stage by its full name. */
  id(): Promise<StageId>;
  /** The settings with what is secret in them, which Pulumi has to be asked for. */
  withSecrets(): Promise<Settings>;
  /**
   * The way to a machine by the outputs of a stage.
   *
   * @param folder where what `ssh` reads is, relative to the project; undefined: as the machine is reached
   * @returns the folder with what `ssh` reads; undefined: it is this machine
   * @throws Error where the stage tells of no machine, or cannot be asked
   */
  byOutputs(stage: string, folder?: string): Promise<string | undefined>;
}

/** A kind of machine: all that Slipway knows of it beside its settings. */
export interface MachineKind<Settings = never> {
  /**
   * Finds the way to it and looks at it, before anything is declared. From then on the `docker` command of this process, and of all that
   * it starts, talks to its Engine.
   *
   * @throws Error saying what is wrong with it and what to do
   */
  reach(settings: Settings, from: From): Promise<FoundMachine>;
  /**
   * Finds the way to it for the `slipway` command.
   *
   * @param settings without what is secret in them
   * @returns the folder with what `ssh` reads, relative to the project; undefined: it is this machine
   * @throws Error saying why there is none and what to do
   */
  folder(settings: Settings, asking: Asking<Settings>): Promise<string | undefined>;
}
