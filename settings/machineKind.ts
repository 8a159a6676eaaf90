import { z } from "zod";

/** The settings of a machine of any kind. */
export type AnyMachineSchema = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

/** The stage that has the settings. */
export interface OwnStage {
  /** The stack's name, as the settings have it. */
  stage: string;
  /** `<organization>/<project>/<stack>`. */
  full(): string;
}

/** A kind of machine, as far as a person writes of it. */
export interface MachineKindSettings<Schema extends AnyMachineSchema = AnyMachineSchema> {
  schema: Schema;
  /** How it is written at its shortest, for the sentence that says what a machine may be. */
  written: string;
  /** Those of its settings that are secret: the value of one is not shown, wherever it is wrong. */
  secret?: readonly string[];
  /**
   * Says what is wrong with its settings in the stage that has them.
   *
   * @returns a sentence that begins with the setting's name, `machine.…`; undefined: nothing
   */
  problem?(settings: z.infer<Schema>, own: OwnStage): string | undefined;
}

/**
 * The settings of a machine that is of one of some kinds.
 *
 * @param kinds in the order in which people read of them
 */
export function machineOf<const Kinds extends readonly [MachineKindSettings, ...MachineKindSettings[]]>(kinds: Kinds) {
  const schemas = kinds.map(({ schema }) => schema) as unknown as { [Each in keyof Kinds]: Kinds[Each]["schema"] };
  const written = kinds.map((kind) => kind.written);
  const error = [written.slice(0, -1).join(", "), written.at(-1)].filter(Boolean).join(" or ");
  return z.discriminatedUnion("kind", schemas, { error });
}
