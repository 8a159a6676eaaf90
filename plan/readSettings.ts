import * as pulumi from "@pulumi/pulumi";
import { homedir } from "node:os";
import { Secrets } from "../application/secrets";
import { ComposeError } from "../compose/index";
import { WorkFiles } from "../release/files";
import { SettingsError } from "../settings/problems";
import { readingSettings, readSettings as readAlone, type StageSettings } from "../settings/settings";
import { readApplication } from "./application";

/**
 * Reads the settings of the running stack. Where one is wrong, what is wrong with the compose files is told with it.
 *
 * @param directory where the project's settings files lie, absolute
 * @throws SettingsError with a line for each problem
 */
export function readSettings(directory = pulumi.getRootDirectory()): StageSettings {
  try {
    return readAlone(directory);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const more = problemsOfFiles(directory);
    throw more === undefined ? error : new SettingsError(`${error.message}\n${more}`);
  }
}

/** Undefined where nothing is wrong with them, or nothing can be said of them with such settings. */
function problemsOfFiles(directory: string): string | undefined {
  try {
    const settings = readingSettings(directory);
    if (!settings) return undefined;
    const work = new WorkFiles(process.cwd());
    const generated = Object.keys(settings.generate);
    readApplication({ ...settings, generated, home: homedir() }, work, work);
    return undefined;
  } catch (error) {
    // What only follows from the settings, or is a mistake in the program, would hide what is to be told.
    return error instanceof ComposeError ? Secrets.describe(error.message) : undefined;
  }
}
