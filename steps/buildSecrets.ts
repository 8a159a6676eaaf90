import { readFileSync } from "node:fs";
import type { BuildSecret } from "../release/buildSecrets";

/** What of a build's options is about its secrets. */
interface WithSecrets {
  secrets?: BuildSecret[];
}

/** A secret as `docker build` is told of it. Arguments can be read by everybody on the machine, so its value is in the environment. */
export function secretArgument({ id, file }: BuildSecret, index: number): string {
  return file === undefined ? `id=${id},env=${variableOf(index)}` : `id=${id},src=${file}`;
}

/** The variables that hold the values of a build's secrets for the `docker` command. */
export function secretVariables(
  { secrets = [] }: WithSecrets,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    secrets.flatMap(({ id, file }, index) => (file === undefined ? [[variableOf(index), values[id] ?? ""]] : [])),
  );
}

/** An error without the build's secrets, which a program of the build may have printed before it failed. */
export function withoutSecrets(
  error: unknown,
  { secrets = [] }: WithSecrets,
  values: Readonly<Record<string, string>>,
): unknown {
  if (!(error instanceof Error) || secrets.length === 0) return error;
  const texts = secrets.flatMap(({ id, file }) => linesOf(file === undefined ? values[id] : read(file)));
  // The longest first: one may be part of another.
  const ordered = texts.sort((a, b) => b.length - a.length);
  const message = ordered.reduce((text, secret) => text.replaceAll(secret, "(a secret of the build)"), error.message);
  return message === error.message ? error : new Error(message);
}

/** A program prints one line of a secret as well as all; what is shorter than four characters would be found everywhere. */
function linesOf(text = ""): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(({ length }) => length >= 4);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function variableOf(index: number): string {
  return `SLIPWAY_BUILD_SECRET_${index}`;
}
