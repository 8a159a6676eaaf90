import { formatDuration } from "../compose/durations";
import { ComposeError, inOrder, problemAt, type Healthcheck, type Service } from "../compose/index";
import type { Application, ReadApplication } from "./application";
import { namesOf } from "../application/roles";
import type { ImageCheck, ImageFacts } from "../registry/client/imageFacts";
import { isStopFirst } from "../application/stopFirst";
import { lacksEntrypoint } from "../application/emptyArgument";
import { isUnchecked } from "../application/healthcheck";
import { mountedAt, nameVolumes, volumeNotice } from "../application/unnamedVolumes";

/**
 * An application together with what its images bring: volumes that the compose file does not mention, the rest of a
 * health check that the compose file changes in part, and the entrypoint in front of an empty argument.
 *
 * @param facts by service, as far as they are known
 * @throws ComposeError for each part of a health check whose rest is not known, and for each empty argument behind an entrypoint that is not
 */
export function withImages(
  { base, ...application }: ReadApplication,
  facts: Readonly<Record<string, ImageFacts | undefined>>,
): Application {
  const { config, mounts } = application;
  const unknown = Object.entries(config.services).flatMap(([name, service]) =>
    unknownIn(service, facts[name]).map(({ path, reason }) => problemAt(base, ["services", name, ...path], reason)),
  );
  if (unknown.length > 0) throw new ComposeError(inOrder(unknown));
  const services = Object.fromEntries(
    Object.entries(config.services).map(([name, service]) => [
      name,
      withEntrypoint(withCheck(service, facts[name]), facts[name]),
    ]),
  );
  const wanted = Object.fromEntries(Object.entries(facts).map(([name, known]) => [name, known?.volumes ?? []]));
  const covered = Object.fromEntries(
    Object.entries(mounts).map(([name, own]) => [name, own.map(({ target }) => target)]),
  );
  const fitted = nameVolumes({ ...config, services }, wanted, covered);
  const names = new Set(fitted.named.map(({ service }) => service));
  const stopFirst = Object.keys(services).filter(
    (name) => names.has(name) && isStopFirst(fitted.config.services[name] as Service),
  );
  return {
    ...application,
    config: fitted.config,
    unnamed: [...application.unnamed, ...fitted.named],
    stopFirst: Object.keys(services).filter((name) => application.stopFirst.includes(name) || stopFirst.includes(name)),
    warnings: [
      ...application.warnings,
      ...fitted.named.map((volume) => volumeNotice(volume, stopFirst.includes(volume.service))),
    ],
  };
}

/** Every path at which each lasting service mounts something, by service. */
export function mountedIn({ config, mounts }: Application): Record<string, string[]> {
  return Object.fromEntries(
    namesOf("service", config.services).map((name) => [
      name,
      mountedAt(
        config.services[name] as Service,
        (mounts[name] ?? []).map(({ target }) => target),
      ),
    ]),
  );
}

/** The parts of a service that only its image could complete, where that cannot be looked at. */
function unknownIn(service: Service, facts: ImageFacts | undefined): { path: (string | number)[]; reason: string }[] {
  if (facts) return [];
  const own = service.healthcheck;
  const image = `its image ${service.image ?? ""}, which cannot be looked at from here`;
  return [
    ...(own && !own.test && !isUnchecked(service)
      ? [
          {
            path: ["healthcheck"],
            reason: `changes the health check of ${image}: write healthcheck.test for it as well`,
          },
        ]
      : []),
    // One that is built is looked at when it is there (steps/entrypoint.ts).
    ...(lacksEntrypoint(service) && !service.build
      ? [
          {
            path: ["command", service.command?.indexOf("") ?? 0],
            reason: `is an empty argument behind the entrypoint of ${image}: write the service's entrypoint as well`,
          },
        ]
      : []),
  ];
}

function withCheck(service: Service, facts: ImageFacts | undefined): Service {
  const own = service.healthcheck;
  if (!own || own.test || isUnchecked(service) || !facts) return service;
  const { healthcheck: _part, ...rest } = service;
  // The Engine takes a check without a test for no check, whatever else it says.
  return facts.healthcheck ? { ...rest, healthcheck: { ...timesOf(facts.healthcheck), ...own } } : rest;
}

/** The Docker provider takes an empty argument in an entrypoint alone. To the Engine the two are one list. */
function withEntrypoint(service: Service, facts: ImageFacts | undefined): Service {
  return facts && lacksEntrypoint(service) ? { ...service, entrypoint: facts.entrypoint ?? [] } : service;
}

function timesOf({ Test, Interval, Timeout, StartPeriod, StartInterval, Retries }: ImageCheck): Healthcheck {
  const times = { interval: Interval, timeout: Timeout, start_period: StartPeriod, start_interval: StartInterval };
  const texts = Object.entries(times).flatMap(([key, value]) => (value ? [[key, formatDuration(value)]] : []));
  return {
    test: Test ?? [],
    ...(Object.fromEntries(texts) as Partial<Healthcheck>),
    ...(Retries ? { retries: Retries } : {}),
  };
}
