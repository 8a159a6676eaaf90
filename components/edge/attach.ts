import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Edge } from "./edge";
import { image } from "../../edge/definition";
import type { StagePlan } from "../../plan/stage";
import { Step } from "../step";
import { upstreams } from "../../edge/layout";
import { joined } from "../../edge/replicas";

/** The names of a service's containers as the edge keeps them. */
function joinedNames(containers: readonly docker.Container[]): pulumi.Output<string> | undefined {
  const [first, ...more] = containers;
  return more.length === 0 ? first?.name : pulumi.all(containers.map(({ name }) => name)).apply(joined);
}

/**
 * Makes a service's container known to the edge as soon as it is healthy, where others of the same update may call it by name, or where
 * its predecessor is gone by now. For all others that is the cutover's business.
 */
export function introduced(
  service: string,
  containers: readonly docker.Container[],
  { application: { listening, called, stopFirst } }: StagePlan,
  { container: { id: edge }, doors }: Edge,
  opts: pulumi.CustomResourceOptions,
): Step | undefined {
  const behind = upstreams(listening).filter((upstream) => upstream.service === service);
  const isNeeded = stopFirst.includes(service) || called.some((one) => one.service === service);
  if (behind.length === 0 || !isNeeded) {
    return undefined;
  }
  return new Step(
    `${service}-introduce`,
    {
      run: "introduce",
      shows: { SERVICE: service },
      input: {
        edge,
        behind,
        service,
        container: joinedNames(containers),
        ...(doors[service] ? { door: { container: doors[service].id, image } } : {}),
      },
    },
    opts,
  );
}
