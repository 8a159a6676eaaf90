import { formatDuration } from "../compose/durations";
import { ComposeError, problemAt, type Healthcheck, type Service } from "../compose/index";
import type { Application, ReadApplication } from "./application";
import { namesOf } from "../application/roles";
import type { ImageCheck, ImageFacts } from "../registry/client/imageFacts";
import { isStopFirst } from "../application/stopFirst";
import { isUnchecked } from "../application/healthcheck";
import { mountedAt, nameVolumes, volumeNotice } from "../application/unnamedVolumes";

/**
 * An application together with what its images bring: volumes that the compose file does not mention, and the rest of a
 * health check that the compose file changes in part.
 *
 * @param facts by service, as far as they are known
 * @throws ComposeError for each part of a health check whose rest is not known
 */
export function withImages(
  { base, ...application }: ReadApplication,
  facts: Readonly<Record<string, ImageFacts | undefined>>,
): Application {
  const { config, mounts } = application;
  const unknown = Object.keys(config.services).filter((name) =>
    lacksCheck(config.services[name] as Service, facts[name]),
  );
  if (unknown.length > 0) {
    throw new ComposeError(
      unknown.map((name) =>
        problemAt(
          base,
          ["services", name, "healthcheck"],
          `changes the health check of its image ${config.services[name]?.image ?? ""}, which cannot be looked at from here: write healthcheck.test for it as well`,
        ),
      ),
    );
  }
  const services = Object.fromEntries(
    Object.entries(config.services).map(([name, service]) => [name, withCheck(service, facts[name])]),
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

/** Whether the rest of a check that the compose file changes in part is not known. */
function lacksCheck(service: Service, facts: ImageFacts | undefined): boolean {
  const own = service.healthcheck;
  return own !== undefined && !own.test && !isUnchecked(service) && !facts;
}

function withCheck(service: Service, facts: ImageFacts | undefined): Service {
  const own = service.healthcheck;
  if (!own || own.test || isUnchecked(service) || !facts) return service;
  const { healthcheck: _part, ...rest } = service;
  // The Engine takes a check without a test for no check, whatever else it says.
  return facts.healthcheck ? { ...rest, healthcheck: { ...timesOf(facts.healthcheck), ...own } } : rest;
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
