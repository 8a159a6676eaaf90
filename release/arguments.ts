import type { ComposeConfig, Loaded } from "../compose/index";
import type { ReleaseRecord } from "./record";

/** The variable that names the stage. */
const stageVariable = "SLIPWAY_STAGE";

/** A build that would differ between stages; the message names service, key and variable. */
export class BuildArgumentError extends Error {}

const remedy = "a release is built once for every stage, so hand it over at run time instead, in environment";

/**
 * Makes sure that no part of a build is filled from a variable that differs between stages.
 *
 * @param base the release's compose files
 * @param siblings by stage, the values for ${…} in other stages of the project
 * @throws BuildArgumentError naming the first variable that differs
 */
export function checkBuildArguments(
  base: Loaded,
  siblings: Readonly<Record<string, Readonly<Record<string, string>>>>,
): void {
  for (const { path, variables } of base.interpolations) {
    const [top, service, section, ...key] = path;
    if (top !== "services" || section !== "build") {
      continue;
    }
    const at = `The build of the service ${service} takes ${key.join(".") || "its value"} from`;
    for (const variable of variables) {
      if (variable === stageVariable) {
        throw new BuildArgumentError(`${at} \${${variable}}, which is another one in each stage; ${remedy}.`);
      }
      const own = base.environment[variable];
      const other = Object.entries(siblings).find(([, env]) => variable in env && env[variable] !== own);
      if (other) {
        throw new BuildArgumentError(
          `${at} \${${variable}}, which is ${own === undefined ? "not set" : `"${own}"`} in this stage and "${other[1][variable]}" in ${other[0]}; ${remedy}.`,
        );
      }
    }
  }
}

/**
 * Makes sure that a release was built with the arguments that this stage would have used.
 *
 * @param release the release
 * @param config its compose files as this stage reads them
 * @throws BuildArgumentError naming the first argument that differs
 */
export function checkBuiltArguments(release: ReleaseRecord, config: ComposeConfig): void {
  for (const [service, args] of Object.entries(release.buildArgs)) {
    const own = config.services[service]?.build?.args ?? {};
    for (const key of new Set([...Object.keys(args), ...Object.keys(own)])) {
      const [was, is] = [args[key], own[key] ?? undefined];
      if (was !== is) {
        const text = (value: string | undefined): string => (value === undefined ? "not set" : `"${value}"`);
        throw new BuildArgumentError(
          `The release ${release.name} was built with the build argument ${key} of the service ${service} ${text(was)}, and this stage has it ${text(is)}; ${remedy}.`,
        );
      }
    }
  }
}
