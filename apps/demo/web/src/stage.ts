/** How a stage looks: its name as the page title and the banner write it, and the class that colours the banner. */
export interface StageLook {
  label: string;
  tone: "staging" | "production" | "other";
}

/** The look of a stage by its name: staging is yellow, production green, anything else neither. */
export function lookOf(stage: string): StageLook {
  const tone = stage === "staging" || stage === "production" ? stage : "other";
  return { label: stage.toUpperCase(), tone };
}
