import type { Loaded } from "../compose/load";
import type { ComposeConfig, Service } from "../compose/model";
import { ComposeError, type Problem } from "../compose/problems";
import { isChecked } from "./services/container";
import { Secrets } from "./services/secrets";

/**
 * What a compose file may say and Compose would take, but a stage cannot keep its promises with.
 *
 * @throws ComposeError with every problem, its place and what would be right
 */
export function checkApplication(config: ComposeConfig, loaded: Loaded): void {
  const services = Object.entries(config.services ?? {});
  const problems = services.flatMap(([name, service]) => [
    ...visibleSecrets(name, service, loaded),
    ...uncheckedDependencies(name, service, config, loaded),
    ...emptyArguments(name, service, loaded),
  ]);
  if (problems.length > 0) {
    throw new ComposeError(problems);
  }
}

/** Labels and arguments of a process are there for everyone on the machine to read. */
function visibleSecrets(name: string, service: Service, loaded: Loaded): Problem[] {
  const visible = ["labels", "command", "entrypoint", "healthcheck", "build"] as const;
  return visible.flatMap((key) => {
    const [secret] = Secrets.namesIn(JSON.stringify(service[key] ?? ""));
    return secret === undefined
      ? []
      : [
          problem(
            loaded,
            ["services", name, key],
            `holds the secret ${secret}, which anyone on the machine could read there; hand it over as a file (secrets:) or in environment`,
          ),
        ];
  });
}

function uncheckedDependencies(name: string, service: Service, config: ComposeConfig, loaded: Loaded): Problem[] {
  return Object.entries(service.depends_on ?? {}).flatMap(([other, { condition }]) => {
    const target = config.services?.[other];
    return condition === "service_healthy" && target && !isChecked(target)
      ? [
          problem(
            loaded,
            ["services", name, "depends_on", other],
            `waits for ${other} to be healthy, and ${other} has no healthcheck in the compose file: give it one`,
          ),
        ]
      : [];
  });
}

/** Pulumi's Docker provider refuses an empty argument behind an image's own entrypoint. */
function emptyArguments(name: string, { entrypoint, command }: Service, loaded: Loaded): Problem[] {
  const index = command?.indexOf("") ?? -1;
  return index < 0 || entrypoint?.length
    ? []
    : [
        problem(
          loaded,
          ["services", name, "command", index],
          "is an empty argument, which cannot be handed over behind the image's own entrypoint: write the service's entrypoint as well",
        ),
      ];
}

function problem(loaded: Loaded, path: (string | number)[], reason: string): Problem {
  const position = loaded.where(path) ?? { file: "compose", line: 1, column: 1 };
  return { ...position, key: path.join("."), reason };
}
