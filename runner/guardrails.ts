import { always, factsOf, notKnown, type Declared } from "slipway/engine";
import { plain, rebuilt, unknown, type Request, type Values } from "./resource";

/** What a stage's own resources belong to. */
const stageType = "slipway:stage:Stage";

/**
 * Looks at what a program asks for by the rules that hold in every stage (docs/decisions/policies.md), as its own guardrails do: what gets around
 * those in the program, such as another transformation or another option behind them, does not get by here.
 *
 * @param settings the stage's settings, by `namespace:key`
 * @throws Error with a sentence for each way in which a resource of a stage breaks a rule
 */
export function refuseBroken(request: Request, settings: Readonly<Record<string, string>>): void {
  const declared = declaredBy(request);
  if (!declared.owners.includes(stageType)) return;
  const stage = factsOf(request.urn, { get: (key) => settings[`slipway:${key}`] });
  const problems = always.flatMap((rule) => rule.problems(declared, stage, {}));
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** A resource as rules look at it. */
function declaredBy({ urn, type, name, inputs, retainOnDelete, protect }: Request): Declared {
  const known = rebuilt(plain(inputs), (part) => (part === unknown ? notKnown : undefined)) as Values;
  const owners = (urn.split("::")[2] ?? "").split("$").slice(0, -1);
  return { type, name, owners, inputs: known, isKept: retainOnDelete || protect };
}
