import { readFileSync } from "node:fs";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Sketch } from "./sketch";

const mark = (name: string): unknown => performance.mark(name, { detail: process.cpuUsage() });
mark("started");

const services = JSON.parse(readFileSync("services.json", "utf8")) as Sketch[];
const labels = [{ label: "slipway.project", value: pulumi.getProject() }];

const networks = Object.fromEntries(["front", "back"].map((name) => [name, new docker.Network(name, { labels })]));
const images: Record<string, docker.RemoteImage> = {};
const containers: Record<string, docker.Container> = {};

for (const service of services) {
  const image = (images[service.image] ??= new docker.RemoteImage(service.image.replace(":", "-"), {
    name: service.image,
    keepLocally: true,
  }));
  const volume = service.volume ? new docker.Volume(service.volume, { labels }) : undefined;
  containers[service.name] = new docker.Container(
    service.name,
    {
      image: image.imageId,
      entrypoints: ["sleep"],
      command: ["infinity"],
      init: true,
      restart: "unless-stopped",
      envs: Object.entries(service.environment).map(([key, value]) => `${key}=${value}`),
      labels,
      networksAdvanced: service.networks.map((network) => ({
        name: networks[network]?.name ?? network,
        aliases: [service.name],
      })),
      volumes: volume ? [{ containerPath: "/data", volumeName: volume.name }] : [],
      ...(service.checkedEvery
        ? { healthcheck: { tests: ["CMD", "true"], interval: service.checkedEvery }, wait: true, waitTimeout: 180 }
        : {}),
    },
    { dependsOn: service.dependsOn.flatMap((name) => containers[name] ?? []) },
  );
}

export const names = Object.values(containers).map((container) => container.name);

mark("declared");
