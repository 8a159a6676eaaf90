import * as pulumi from "@pulumi/pulumi";
import type { RegistryPlan } from "../../settings/registryPlan";
import { backupIdentity, recipientOf } from "../../backup/age/keys";
import type { KeyResult } from "../../steps/key";
import { Step } from "../step";

/** Inputs of {@link SigningKey}. */
export interface SigningKeyArgs {
  project: string;
  stage: string;
  registry: pulumi.Input<RegistryPlan>;
  /** The registry that releases are copied from. */
  also?: pulumi.Input<RegistryPlan>;
  /** Another text makes another key. */
  rotate?: string;
  /** Whether it signs releases. */
  builds: boolean;
}

/** The key pair by which a stage signs its releases, and what the ledger keeps of it. The private part is in the stack's state, encrypted, and nowhere else. */
export class SigningKey extends pulumi.ComponentResource {
  /** PEM, a Pulumi secret. */
  readonly privateKey: pulumi.Output<string>;
  /** PEM. */
  readonly publicKey: pulumi.Output<string>;
  /** The public key that the stage's backups are encrypted for, as age writes it. */
  readonly recipient: pulumi.Output<string>;

  constructor(name: string, args: SigningKeyArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:release:SigningKey", name, {}, opts);
    const { rotate, builds } = args;
    const step = new Step(
      `${name}-step`,
      {
        run: "key",
        shows: {
          SIGNS: builds ? "releases" : "what the ledger keeps of the stage",
          ...(rotate ? { ROTATED: rotate } : {}),
        },
        input: args,
      },
      { parent: this, dependsOn: opts.dependsOn, additionalSecretOutputs: ["stdout"] },
    );
    const pair = pulumi.secret(step.result<KeyResult>());
    this.privateKey = pair.apply(({ privateKey }) => privateKey);
    this.publicKey = pulumi.unsecret(pair).apply(({ publicKey }) => publicKey);
    this.recipient = pulumi.unsecret(this.privateKey).apply((key) => recipientOf(backupIdentity(key)));
    this.registerOutputs({ publicKey: this.publicKey });
  }
}
