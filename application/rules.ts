import { problemAt, type ComposeConfig, type Loaded, type Problem, type Service } from "../compose/index";
import { extensionProblems } from "./extension";
import { isHostName } from "./hostName";
import { replicaProblems } from "./replicas";
import { roleProblems } from "./roleRules";
import { roleOf } from "./roles";
import { isUnchecked } from "./healthcheck";
import { nothingActive } from "./nothingActive";
import { Secrets } from "./secrets";
import { sharingProblems } from "./sharing";

/**
 * What Compose would take although a stage cannot keep its promises with it.
 *
 * @param config the application in the stage's own terms (written/asMeant.ts)
 * @param loaded the same as it is written
 * @param more what it could not be put into, with places as written
 * @returns every problem, with its place and what would be right
 */
export function applicationProblems(
  config: ComposeConfig,
  loaded: Loaded,
  more: readonly { path: (string | number)[]; reason: string }[] = [],
): Problem[] {
  const services = Object.entries(config.services ?? {});
  return [
    ...nothingActive(loaded),
    ...more.map(({ path, reason }) => problem(loaded, path, reason)),
    ...visibleSecrets(loaded.config, loaded),
    ...services.flatMap(([name, service]) => [
      ...uncheckedDependencies(name, service, config, loaded),
      ...checksWithoutTest(name, service, loaded),
      ...clearedEntrypoint(name, service, loaded),
      ...ownExtensions(name, service, loaded),
      ...forItsRole(name, service, config, loaded),
      ...aliasesThatAreNames(name, service, loaded),
      ...replicaProblems(service).map(({ path, reason }) => problem(loaded, ["services", name, ...path], reason)),
      ...sharingProblems(service, config.services).map(({ path, reason }) =>
        problem(loaded, ["services", name, ...path], reason),
      ),
    ]),
  ];
}

/**
 * Only environment variables and files may hold secrets. Everything else can be read by everyone on the machine
 * (labels, arguments), or reaches the Engine with a mark in the place of the secret.
 */
function visibleSecrets(config: ComposeConfig, loaded: Loaded): Problem[] {
  const found: Problem[] = [];
  const walk = (value: unknown, path: (string | number)[]): void => {
    if (takesSecrets(path)) {
      return;
    }
    if (typeof value === "string") {
      const reason = (secret: string): string =>
        `holds the secret ${secret}, which anyone on the machine could read there; hand it over as a file (secrets:) or in environment`;
      found.push(
        ...Secrets.namesIn(value)
          .slice(0, 1)
          .map((secret) => problem(loaded, path, reason(secret))),
      );
    } else if (typeof value === "object" && value !== null) {
      const list = Array.isArray(value);
      Object.entries(value).forEach(([key, item]) => walk(item, [...path, list ? Number(key) : key]));
    }
  };
  walk(config, []);
  return found;
}

function takesSecrets(path: (string | number)[]): boolean {
  const [top, , key] = path;
  return (
    (top === "services" && key === "environment") ||
    (top === "configs" && key === "content") ||
    path.some((step) => String(step).startsWith("x-"))
  );
}

function uncheckedDependencies(name: string, service: Service, config: ComposeConfig, loaded: Loaded): Problem[] {
  return Object.entries(service.depends_on ?? {}).flatMap(([other, { condition }]) => {
    const target = config.services?.[other];
    return condition === "service_healthy" && target && roleOf(target) === "service" && isUnchecked(target)
      ? [
          problem(
            loaded,
            ["services", name, "depends_on", other],
            `waits for ${other} to be healthy, and the health check of ${other} is switched off: give it one, or write condition: service_started`,
          ),
        ]
      : [];
  });
}

/**
 * The Docker provider needs the test of a health check, and an image's own test is known only once the image is built.
 */
function checksWithoutTest(name: string, { healthcheck, build }: Service, loaded: Loaded): Problem[] {
  return !healthcheck || healthcheck.disable || healthcheck.test || !build
    ? []
    : [
        problem(
          loaded,
          ["services", name, "healthcheck"],
          "changes the image's own health check, which cannot be handed over without its test: write test as well",
        ),
      ];
}

/** The Docker provider takes a cleared entrypoint for none; a command, where there is one, becomes the program. */
function clearedEntrypoint(name: string, { entrypoint, command }: Service, loaded: Loaded): Problem[] {
  return entrypoint?.length !== 0 || command?.length
    ? []
    : [
        problem(
          loaded,
          ["services", name, "entrypoint"],
          "clears the image's own entrypoint, and the image's own command alone cannot be handed over: write command as well",
        ),
      ];
}

function ownExtensions(name: string, service: Service, loaded: Loaded): Problem[] {
  return extensionProblems(service).map(({ path, reason }) =>
    problem(loaded, ["services", name, "x-slipway", ...path], reason),
  );
}

function forItsRole(name: string, service: Service, { services }: ComposeConfig, loaded: Loaded): Problem[] {
  return roleProblems(service, services).map(({ path, reason }) =>
    problem(loaded, ["services", name, ...path], reason),
  );
}

/** An alias stands in the Engine's DNS, in URLs and beside the edge's configuration. */
function aliasesThatAreNames(name: string, { networks = {} }: Service, loaded: Loaded): Problem[] {
  return Object.entries(networks).flatMap(([network, attachment]) =>
    (attachment?.aliases ?? []).flatMap((alias, index) =>
      isHostName(alias)
        ? []
        : [
            problem(
              loaded,
              ["services", name, "networks", network, "aliases", index],
              `is ${JSON.stringify(alias)}, which is no host's name: letters, digits, dashes and underscores make one, with dots between several`,
            ),
          ],
    ),
  );
}

function problem(loaded: Loaded, path: (string | number)[], reason: string): Problem {
  return problemAt(loaded, path, reason);
}
