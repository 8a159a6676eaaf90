import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Holders } from "../../docker/holders/holders";
import { wayFor } from "../holders/way";
import { once } from "../runOnce";
import type { StagePlan } from "../../plan/stage";
import type { ReleaseOutputs } from "../release/outputs";
import { graces } from "../../edge/graces";
import type { Services } from "../services/services";
import { Step } from "../step";

/** What people and other services come through. */
export interface Front {
  /** Undefined in a stage without one. */
  edge: docker.Container | undefined;
  /** The doors of names, by service. */
  doors: Readonly<Record<string, docker.Container>>;
  /** The connectors of the stage's tunnel, by name. */
  connectors: Readonly<Record<string, docker.Container>>;
}

/**
 * The moment at which the edge sends traffic to a release's containers: once all of them are there, and have passed the checks. Its
 * inputs say from which release to which, so that a preview shows it.
 *
 * The checks of a stage without an edge are carried out all the same.
 *
 * @returns undefined where there is nothing to switch and nothing to check
 */
export function cutoverTo(
  name: string,
  plan: StagePlan,
  release: ReleaseOutputs,
  services: Services,
  { edge, doors, connectors }: Front,
  holders: Holders | undefined,
  opts: pulumi.CustomResourceOptions,
): Step | undefined {
  const { id, application, origin, edge: front, checks, watch } = plan;
  const { config, listening } = application;
  const runs = checks.runs.map((check) => ({ check, ...services.prepare(check) }));
  if (!edge && runs.length === 0) {
    return undefined;
  }
  const containers = services.all;
  const leading = Object.entries(connectors).map(([connector, { name }]) => ({ service: connector, container: name }));
  const opening = Object.entries(doors).map(([service, { name }]) => ({ service, container: name }));
  // All stateless services move together, so all must be ready.
  const needs = [
    ...(edge ? [edge] : []),
    ...Object.values(connectors),
    ...containers.map(({ container }) => container),
    ...services.introductions,
    ...services.jobs,
    ...runs.flatMap((run) => run.needs),
  ];
  return new Step(
    name,
    {
      run: "cutover",
      shows: {
        ...(origin.kind === "ledger" ? { FROM: origin.promotion.from ?? "nothing" } : {}),
        RELEASE: release.name,
      },
      input: {
        stage: id,
        // Its id, so that a new edge is told as well.
        edge: edge?.id,
        front: front?.wanted ?? { stage: id.stage, listening },
        containers: containers.map(({ service, container }) => ({ service, container: container.name })),
        ...(opening.length > 0 ? { doors: opening } : {}),
        ...(leading.length > 0 ? { connectors: leading } : {}),
        release: release.name,
        checks: checks.http,
        runs: runs.map(({ check, container }) =>
          wayFor(`check ${check}`, holders, needs).apply(() => ({ check, container: once(container) })),
        ),
        watch,
        grace: graces(config, listening),
      },
    },
    pulumi.mergeOptions(opts, { dependsOn: needs }),
  );
}
