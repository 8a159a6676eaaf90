import * as pulumi from "@pulumi/pulumi";
import type { RegistryPlan } from "../../settings/registryPlan";
import { Step } from "../step";

/** Inputs of {@link BroughtRelease}. */
export interface BroughtReleaseArgs {
  project: string;
  stage: string;
  /** The registry on the stage's machine. */
  registry: pulumi.Input<RegistryPlan>;
  /** The registry that holds the release. */
  from: pulumi.Input<RegistryPlan>;
  /** The container of the machine's registry: a new one may hold nothing. */
  server: pulumi.Input<string>;
  release: string;
  /** The digest of its record. */
  record: string;
  /** The release that the stage ran before, with the digest of its record; null where there is none to bring. */
  before: { name: string; record: string } | null;
  /** The stage's private key. */
  key: pulumi.Input<string>;
}

/** A release that is copied into the registry on the stage's machine before anything there changes. */
export class BroughtRelease extends pulumi.ComponentResource {
  /** What must be done before anything is pulled. */
  readonly step: Step;

  constructor(name: string, args: BroughtReleaseArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:release:BroughtRelease", name, {}, opts);
    this.step = new Step(
      `${name}-step`,
      { run: "bring", shows: { RELEASE: args.release }, input: args },
      { parent: this, dependsOn: opts.dependsOn },
    );
    this.registerOutputs({ release: args.release });
  }
}
