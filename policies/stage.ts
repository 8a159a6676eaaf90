/** The facts of a stage that a rule judges its resources by. */
export interface StageFacts {
  /** The Pulumi project, which names the application. */
  project: string;
  /** The stack. */
  stage: string;
  /** Whether it takes its release from the ledger, by promotion or pinned, and so builds none. */
  takesOver: boolean;
  /** The stage that it promotes from; undefined: it builds, unless it is pinned. */
  promoteFrom?: string;
  /** The names of other stages of the project, as far as they are known. */
  others: readonly string[];
  /** The secrets in a cloud that the settings name, by the setting. */
  secrets?: Readonly<Record<string, string>>;
  /** What its containers may reach of the machine beyond the usual, by its settings: capabilities, paths and the like. */
  allow?: readonly string[];
}

/** The usual names of production; a project uses one of them. */
export const productionNames: readonly string[] = ["production", "prod"];

/**
 * The stage to promote from, where it belongs to the same project. A name with slashes is another project's, and that
 * one shares no names with this one.
 */
export function ownSource(promoteFrom: string | undefined): string[] {
  return promoteFrom === undefined || promoteFrom.includes("/") ? [] : [promoteFrom];
}

/**
 * Whether a stage meets real users: it promotes from another one, or has a name of production.
 *
 * @param more further names of production
 */
export function isProduction({ stage, promoteFrom }: StageFacts, more: readonly string[] = []): boolean {
  return promoteFrom !== undefined || [...productionNames, ...more].includes(stage);
}
