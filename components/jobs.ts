import * as pulumi from "@pulumi/pulumi";
import type { Service } from "../compose/index";
import { extensionOf } from "../application/extension";
import { retriesOf } from "../application/retries";
import type { Holders } from "../docker/holders/holders";
import { wayFor } from "./holders/way";
import type { StageId } from "../docker/labels";
import { log } from "../errors/log";
import type { RegistryPlan } from "../settings/registryPlan";
import type { Runnable } from "./services/services";
import { Step } from "./step";
import { Following } from "../jobs/follow";
import { logFile } from "../jobs/logFile";
import { once } from "./runOnce";
import type { JobsPlan } from "../jobs/plan";

/** Inputs of {@link Jobs}. */
export interface JobsArgs {
  stage: StageId;
  registry: pulumi.Output<RegistryPlan>;
  /** The stage's private key. */
  key: pulumi.Output<string>;
  /** The release's name. */
  release: pulumi.Output<string>;
  services: Readonly<Record<string, Service>>;
  plan: JobsPlan;
  /** Stops what held a job's volumes in the release before; undefined where nothing did. */
  holders?: Holders;
}

/**
 * The jobs of a stage: services of the profile `job`, each a step that runs its container to the end, once for each release.
 * What a job prints goes to a file, and from there to whoever watches the update; nothing of it is kept in the state.
 */
export class Jobs extends pulumi.ComponentResource {
  constructor(
    private readonly prefix: string,
    private readonly args: JobsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:jobs:Jobs", prefix, {}, opts);
    this.registerOutputs({});
  }

  /** Declares a job that runs once all that it needs is there. */
  declare(job: string, { container, needs }: Runnable): pulumi.Resource {
    const { stage, registry, key, release, services, plan, holders } = this.args;
    const step = new Step(
      `${this.prefix}-${job}`,
      {
        run: "job",
        shows: { JOB: job, RELEASE: release, RUNS: plan.shows[job] ?? "" },
        input: {
          registry,
          key,
          ...stage,
          job,
          release,
          onRollback: extensionOf(services[job] as Service).onRollback ?? false,
          ...retried(services[job] as Service),
          // Not read by the step, which asks the ledger: it makes a job whose data were restored be looked at again.
          restored: plan.restored,
          container: wayFor(`job ${job}`, holders, needs).apply(() => once(container)),
        },
      },
      { parent: this, dependsOn: needs },
    );
    if (!pulumi.runtime.isDryRun()) {
      this.show(job, step);
    }
    return step;
  }

  /** A resource has no URN before it is there, so a job's output is shown as that of the component. */
  private show(job: string, step: Step): void {
    const { stage, release } = this.args;
    const say = (lines: string[]): void => log.info(lines.map((line) => `${job} | ${line}`).join("\n"), this);
    const told = (lines: string[]): void => {
      lines.slice(0, oneByOne).forEach((line) => say([line]));
      if (lines.length > oneByOne) {
        say(lines.slice(oneByOne));
      }
    };
    let following: Following | undefined;
    release.apply((name) => {
      following = new Following(logFile(stage, job, name), told);
    });
    step.id.apply(() => following?.end());
  }
}

function retried(service: Service): { retries?: number } {
  const retries = retriesOf(service);
  return retries === undefined ? {} : { retries };
}

/**
 * How many lines at once are a message each: of a message with several lines Pulumi shows the first while the update runs, and
 * the others at its end.
 */
const oneByOne = 100;
