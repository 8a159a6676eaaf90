import type { Step } from "./update";

const signs: Record<Step["op"], string> = {
  create: "+",
  update: "~",
  replace: "+-",
  delete: "-",
  "delete replaced": "--",
};

const doing: Record<Step["op"], [string, string]> = {
  create: ["creating", "created"],
  update: ["updating", "updated"],
  replace: ["creating replacement", "replaced"],
  delete: ["deleting", "deleted"],
  "delete replaced": ["deleting original", "deleted original"],
};

const counted = { create: "created", update: "updated", replace: "replaced", delete: "deleted" } as const;

/** The steps of a plan, a line each. */
export function plan(steps: readonly Step[]): string {
  return steps.map((step) => line(step, `to ${step.op}`)).join("\n");
}

/** What a step does at one moment: ` +  docker:Container web creating`. */
export function progress(step: Step, moment: "before" | "after" | "failed"): string {
  const [begun, done] = doing[step.op];
  return line(step, moment === "before" ? begun : moment === "after" ? done : `${begun} failed`);
}

/** A line that a step says of its work. */
export function said(step: Pick<Step, "type" | "name">, text: string): string {
  return `    ${short(step.type)} ${step.name}: ${text}`;
}

/** How many resources were created, updated, replaced and deleted. */
export function count(steps: readonly Step[]): Record<string, number> {
  const kinds = Object.entries(counted).map(
    ([op, done]) => [done, steps.filter((step) => step.op === op).length] as const,
  );
  return Object.fromEntries(kinds.filter(([, number]) => number > 0));
}

/** The end of an update, in the form of Pulumi's own summary. */
export function summary(steps: readonly Step[], seconds: number): string {
  const lines = Object.entries(counted).flatMap(([op, done]) => {
    const number = count(steps)[done];
    return number ? [`    ${signs[op as Step["op"]]} ${number} ${done}`] : [];
  });
  return [
    "Resources:",
    ...(lines.length > 0 ? lines : ["    no changes"]),
    "",
    `Duration: ${seconds.toFixed(1)}s`,
  ].join("\n");
}

function line({ op, type, name }: Step, what: string): string {
  return ` ${signs[op].padEnd(2)} ${short(type)} ${name} ${what}`;
}

/** `docker:index/container:Container` is `docker:Container` to people. */
function short(type: string): string {
  return type.replace(/:[^:]*:/, ":");
}
