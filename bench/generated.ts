import { stringify } from "yaml";
import type { Sketch } from "./programs/sketch";

/** The services' images: they differ in size, and each has a `sleep`. */
const images = ["redis:7", "postgres:16", "node:22-slim"];

/** Services of which the first has data and a health check, and some of the others wait for it. */
const group = 10;

/**
 * An application of a given size: every tenth service is a data service with a volume and a health check, half of the
 * others wait for the one of their group, all have variables and one or two networks. The containers sleep, so that the
 * machine is free for the measurement.
 *
 * @param count how many services
 * @param edition a value in the last service's environment: a changed one replaces that service alone
 */
export function sketches(count: number, edition: string): Sketch[] {
  return Array.from({ length: count }, (_, index): Sketch => {
    const name = `service-${index + 1}`;
    const first = index - (index % group);
    const holdsData = index === first;
    return {
      name,
      image: images[index % images.length] ?? "",
      environment: {
        SERVICE: name,
        LOG_LEVEL: "info",
        PEER: `http://service-${first + 1}:3000`,
        ...(index === count - 1 ? { EDITION: edition } : {}),
      },
      networks: index % 3 === 0 ? ["front", "back"] : ["back"],
      volume: holdsData ? `data-${index + 1}` : undefined,
      // The last service, which is changed, becomes healthy soon: the wait for it is not to be measured.
      checkedEvery: holdsData ? "15s" : index === count - 1 ? "1s" : undefined,
      dependsOn: !holdsData && index % 2 === 0 ? [`service-${first + 1}`] : [],
    };
  });
}

/** The compose file of an application. */
export function composeFile(services: readonly Sketch[]): string {
  const volumes = services.flatMap(({ volume }) => volume ?? []);
  return stringify(
    {
      services: Object.fromEntries(services.map((sketch) => [sketch.name, service(sketch)])),
      networks: { front: {}, back: {} },
      volumes: Object.fromEntries(volumes.map((volume) => [volume, {}])),
    },
    { aliasDuplicateObjects: false },
  );
}

function service({ image, environment, networks, volume, checkedEvery, dependsOn }: Sketch): Record<string, unknown> {
  return {
    image,
    entrypoint: ["sleep"],
    command: ["infinity"],
    init: true,
    restart: "unless-stopped",
    environment,
    networks,
    ...(volume ? { volumes: [`${volume}:/data`] } : {}),
    ...(checkedEvery ? { healthcheck: { test: ["CMD", "true"], interval: checkedEvery } } : {}),
    ...(dependsOn.length > 0
      ? { depends_on: Object.fromEntries(dependsOn.map((name) => [name, { condition: "service_healthy" }])) }
      : {}),
  };
}
