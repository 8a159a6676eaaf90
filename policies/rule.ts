import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { Declared } from "./declared";
import type { StageFacts } from "./stage";

/** An organisation's settings of a rule in the pack's configuration: lists of texts by name. */
export type Chosen = Readonly<Record<string, readonly string[] | undefined>>;

/** One thing that must not be declared: the one definition for the policy pack and for the program itself. */
export interface Rule {
  /** The policy's name. */
  name: string;
  /** A sentence that is true where the rule is kept. */
  description: string;
  /** The settings that it takes, by name, with their purpose. */
  settings?: Readonly<Record<string, string>>;
  /**
   * The problems of a resource.
   *
   * @returns sentences that name the resource, and say what is wrong and what to write instead; none where nothing is
   *   wrong, and where a value that counts is not known yet
   */
  problems(resource: Declared, stage: StageFacts, chosen: Chosen): string[];
}

/** The settings of the rules that hold in production only. */
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
