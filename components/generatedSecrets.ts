import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { GeneratedSecret } from "../settings/generate";

/** Inputs of {@link GeneratedSecrets}. */
export interface GeneratedSecretsArgs {
  /** How each is made up, by its name. */
  secrets: Readonly<Record<string, GeneratedSecret>>;
}

/** The values of the secrets that a stage generates, by name; without any, no resource is declared. */
export function generatedValues(
  name: string,
  secrets: GeneratedSecretsArgs["secrets"],
  opts: pulumi.ComponentResourceOptions,
): GeneratedSecrets["values"] {
  return Object.keys(secrets).length > 0 ? new GeneratedSecrets(name, { secrets }, opts).values : {};
}

/**
 * Secrets that a stage makes up for itself: they are the stage's own, stay across updates, and nobody need ever see them. Each is
 * kept in the stack's state, encrypted, and nowhere else.
 */
export class GeneratedSecrets extends pulumi.ComponentResource {
  /** The values, as Pulumi secrets, by name; unknown in the preview that comes before they are made. */
  readonly values: Record<string, pulumi.Output<string>>;

  constructor(name: string, { secrets }: GeneratedSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:secrets:GeneratedSecrets", name, {}, opts);
    this.values = Object.fromEntries(
      Object.entries(secrets).map(([secret, { length, special, rotate }]) => {
        const made = new random.RandomPassword(
          `${name}-${secret}`,
          {
            length,
            special: special !== false,
            overrideSpecial: typeof special === "string" ? special : undefined,
            keepers: rotate === undefined ? undefined : { rotate },
          },
          { parent: this },
        );
        return [secret, made.result];
      }),
    );
    this.registerOutputs({});
  }
}
