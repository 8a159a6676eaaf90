import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { Declared } from "./declared";
import type { StageFacts } from "./stage";

/** What an organisation may set of a rule in the pack's configuration, as lists of texts by name. */
export type Chosen = Readonly<Record<string, readonly string[] | undefined>>;

/** One thing that must not be declared: the definition that both the policy pack and the program itself go by. */
export interface Rule {
  /** What the policy is called. */
  name: string;
  /** What holds where it is kept, in a sentence. */
  description: string;
  /** What may be set of it, by name, with what it is for. */
  settings?: Readonly<Record<string, string>>;
  /**
   * What is wrong with a resource.
   *
   * @returns sentences that name the resource, and say what is wrong and what to write instead; none where nothing is wrong, or
   *   where what counts is not known yet
   */
  problems(resource: Declared, stage: StageFacts, chosen: Chosen): string[];
}

/** What may be set of the rules that hold in production only. */
export const productionStages = { production: "Names of further stages that count as production" };

/** The settings of a rule as the policy's schema has them. */
export function schemaOf(settings: Rule["settings"]): Record<string, PolicyConfigJSONSchema> {
  return Object.fromEntries(
    Object.entries(settings ?? {}).map(([name, description]) => [
      name,
      { type: "array", items: { type: "string" }, description },
    ]),
  );
}
