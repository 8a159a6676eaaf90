/** What a rule knows of the stage whose resources it looks at. */
export interface StageFacts {
  /** The Pulumi project, which names the application. */
  project: string;
  /** The stack. */
  stage: string;
  /** Whether it takes its release from the ledger, by promotion or pinned, and so builds none. */
  takesOver: boolean;
  /** The stage that it promotes from; undefined: it builds when it is not pinned. */
  promoteFrom?: string;
  /** The names of other stages of the project, as far as they are known. */
  others: readonly string[];
  /** The secrets in a cloud that the settings name, by the setting. */
  secrets?: Readonly<Record<string, string>>;
}

/** The names by which production is known where nobody says otherwise. A project has it under one of them. */
export const productionNames: readonly string[] = ["production", "prod"];

/** The stage to promote from among others of the project: another project's has a name with slashes, and shares no names with them. */
export function ownSource(promoteFrom: string | undefined): string[] {
  return promoteFrom === undefined || promoteFrom.includes("/") ? [] : [promoteFrom];
}

/** Whether a stage is one that real users meet: it promotes from another one, or is called so. */
export function isProduction({ stage, promoteFrom }: StageFacts, more: readonly string[] = []): boolean {
  return promoteFrom !== undefined || [...productionNames, ...more].includes(stage);
}
