import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { ComposeConfig, Service } from "../compose/index";
import { insideOf } from "./bounds";
import type { ContextFile } from "./context";

/** A secret of a build, as its builder gets it; it is no part of the image, nor of what its tag is made of. */
export interface BuildSecret {
  /** The name by which the Dockerfile mounts it (`RUN --mount=type=secret,id=…`). */
  id: string;
  /** The file that holds it, relative to the project; undefined: its value comes from a variable. */
  file?: string;
}

/** The secrets of a build, and the values of those that come from variables, with marks in the place of secrets. */
export interface BuildSecrets {
  secrets: BuildSecret[];
  values: Record<string, string>;
}

/** A secret of a build cannot be had, or would not stay one; the message names service and secret. */
export class BuildSecretError extends Error {}

/**
 * The secrets of a service's build.
 *
 * @param root the project's folder, absolute
 * @param variable a variable of the stage's settings, with marks in the place of secrets
 * @throws BuildSecretError for a file or a variable that is not there
 */
export function buildSecrets(
  name: string,
  { build }: Service,
  { secrets = {} }: Pick<ComposeConfig, "secrets">,
  root: string,
  variable: (name: string) => string | undefined,
): BuildSecrets {
  const values: Record<string, string> = {};
  const found = (build?.secrets ?? []).map(({ source = "", target }): BuildSecret => {
    const id = target ?? source;
    const { file, environment } = secrets[source] ?? {};
    if (file !== undefined) {
      if (existsSync(resolve(root, file))) return { id, file };
      throw new BuildSecretError(
        `The build of the service ${name} takes the secret ${source} from the file ${file}, which is not there: create it.`,
      );
    }
    const value = environment === undefined ? undefined : variable(environment);
    if (value === undefined) {
      throw new BuildSecretError(
        `The build of the service ${name} takes the secret ${source} from ${environment ?? "a variable"}, which is not set: pulumi config set --secret --path slipway:env.${environment ?? source} <value>.`,
      );
    }
    values[id] = value;
    return { id };
  });
  return { secrets: found, values };
}

/**
 * Makes sure that no secret's file goes to the builder with the other files, from where a COPY takes it into the image.
 *
 * @param directory the context, absolute
 * @param files those that the builder gets
 * @throws BuildSecretError naming the file, and where to leave it out
 */
export function checkKeptOut(
  name: string,
  secrets: readonly BuildSecret[],
  root: string,
  directory: string,
  files: readonly ContextFile[],
): void {
  for (const { id, file } of secrets) {
    if (file === undefined) continue;
    const inside = insideOf(directory, resolve(root, file));
    if (inside !== undefined && files.some(({ path }) => path === inside)) {
      throw new BuildSecretError(
        `The secret ${id} of the build of the service ${name} lies in the build's context, from where COPY takes it into the image: name ${inside} in .dockerignore.`,
      );
    }
  }
}
