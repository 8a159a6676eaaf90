import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { quoted } from "../errors/refusal";

/** What is known of the stage without asking Pulumi. */
export interface Circumstances {
  /** The stage; undefined: the one that is selected was asked for. */
  stage?: string;
  /** Whether the embedded runner has it. */
  onRunner: boolean;
}

/** Whether the embedded runner has a stage of the project in this folder. */
export function isOnRunner(stage: string, folder = process.cwd()): boolean {
  const states = process.env["SLIPWAY_RUNNER_STATE"] ?? join(folder, ".slipway-runner");
  // The runner has a folder for each project in it.
  const folders = existsSync(states) ? readdirSync(states) : [];
  return folders.some((project) => existsSync(join(states, project, `${stage}.json`)));
}

/**
 * Asks Pulumi about a stage.
 *
 * @param stage undefined: the one that is selected is asked for
 * @throws Error with a sentence in the place of Pulumi's record of its command
 */
export async function asking<T>(stage: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const circumstances = { stage, onRunner: stage !== undefined && isOnRunner(stage) };
    throw new Error(inWords(error instanceof Error ? error.message : String(error), circumstances), { cause: error });
  }
}

/**
 * Why Pulumi does not tell of a stage, and what to do.
 *
 * @param said the message of the Automation API's error, or what `pulumi` printed
 */
export function inWords(said: string, { stage = "", onRunner }: Circumstances): string {
  const option = stage === "" ? "" : ` -s ${stage}`;
  if (onRunner) {
    return `The embedded runner has the stage ${stage}, and this command asks Pulumi, which does not have it: npx slipway-runner history${option} tells what ran when, npx slipway-runner outputs${option} what it runs, and npx slipway-runner up${option} clears up after an update that was killed.`;
  }
  if (/ENOENT|command not found/.test(said)) {
    return "The pulumi command is not on PATH: install Pulumi (https://www.pulumi.com/docs/install/), or run ./setup/demo once in a clone.";
  }
  if (/no stack named|no stack selected|StackNotFound/i.test(said)) {
    const which = stage === "" ? "No stage is selected" : `Pulumi has no stage ${stage} of this project here`;
    return `${which}: pulumi stack ls shows which there are; one that is missing is made by pulumi stack init <stage> and pulumi up -s <stage>.`;
  }
  if (
    /must be set for login|pulumi login|not logged in|could not (get|determine) current user|Invalid access token/i.test(
      said,
    )
  ) {
    return "Pulumi does not know here where states are kept: pulumi login, or, where setup made a backend in the project's folder, source .pulumi-state/env.";
  }
  if (/PULUMI_CONFIG_PASSPHRASE|incorrect passphrase/.test(said)) {
    return `The passphrase of the stage's secrets is missing or wrong: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, or, where setup made one, source .pulumi-state/env.`;
  }
  if (
    /no Pulumi\.yaml|could not find( a)? Pulumi project|failed to find project settings|no Pulumi project found/i.test(
      said,
    )
  ) {
    return "There is no Pulumi.yaml here: run this in the project's folder.";
  }
  return `Pulumi does not tell of ${stage === "" ? "the selected stage" : `the stage ${stage}`}: see to it that pulumi stack output${option} answers here (it says: ${lastError(said)}).`;
}

/** What Pulumi said, without the rest of the record of its command. */
function lastError(said: string): string {
  return quoted(/^ *(?:stderr: )?error: (.+)$/m.exec(said)?.[1] ?? said.trim().split("\n").at(-1) ?? "");
}
