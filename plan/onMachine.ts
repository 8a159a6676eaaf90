import type { StageId } from "../docker/labels";
import type { Engine } from "../docker/engine";
import { problemsIn } from "../errors/several";
import type { FoundMachine } from "../machine/machine";
import type { StageFacts } from "../policies/stage";
import type { StageSettings } from "../settings/settings";
import { brokenRules } from "./alwaysHold";
import type { Application } from "./application";
import { checkMachine, portsOf } from "./conflicts";
import { checkEngineAge } from "./engineAge";
import { checkEngineFolder, mountedPaths } from "./engineFolder";
import { compareExisting, type Existing } from "./existing";
import { ApplicationError } from "./findings";
import { checkFormerData } from "./formerData";
import { placed } from "./places";
import { settingsProblems } from "./settingsProblems";
import { checkSharedFolders } from "./sharedFolders";

/** A stage, and the machine that its application is to run on. */
export interface Surroundings {
  id: StageId;
  machine: FoundMachine;
  facts: StageFacts;
  /** The registry that the stage declares there. */
  registry?: { port: number };
  /** Whether the stage goes back to an earlier release. */
  goesBack?: boolean;
  /** Gives the machine's Engine. */
  on: () => Promise<Engine>;
}

/**
 * Compares an application with its machine, and with what always holds.
 *
 * @throws Error with a line for everything that stands against it
 */
export async function compareWithMachine(application: Application, around: Surroundings): Promise<Existing> {
  const { problems, existing } = await looked(application, around);
  if (problems.length > 0 || !existing) throw new Error(problems.join("\n"));
  return existing;
}

/**
 * Adds to the problems of an application what the machine has against it, and what the settings say of it that is not so, as far as something
 * can be made of it.
 *
 * @param error as the reading of the application ended with it
 * @throws Error with a line for each problem
 */
export async function withMachine(
  error: unknown,
  around: Surroundings,
  settings: Pick<StageSettings, "checks" | "tunnel" | "edge">,
): Promise<never> {
  if (!(error instanceof ApplicationError) || !error.application) throw error;
  const { problems } = await looked(error.application, around).catch(() => ({ problems: [] }));
  const unfit = settingsProblems(settings, error.application);
  throw new Error([...new Set([error.message, ...problems, ...unfit])].join("\n"));
}

async function looked(
  application: Application,
  { id, machine, facts, registry, goesBack = false, on }: Surroundings,
): Promise<{ problems: string[]; existing?: Existing }> {
  const problems: string[] = [];
  const look = async <T>(at: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await at();
    } catch (error) {
      problems.push(...problemsIn(error).map((one) => placed(one, application)));
      return undefined;
    }
  };
  await look(() => checkMachine(id, portsOf(application, registry), application, machine));
  await look(() => checkEngineAge(application.config, machine));
  await look(() => checkEngineFolder(mountedPaths(application.config), machine));
  await look(() => checkSharedFolders(id, application.config, machine));
  if (!goesBack) await look(() => checkFormerData(id, application.tracked, machine));
  problems.push(...brokenRules(application, facts).map((one) => placed(one, application)));
  const existing = await look(() => compareExisting(id, application.config, machine, on, application.networkNames));
  return { problems: [...new Set(problems)], existing };
}
