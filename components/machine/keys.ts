import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** The resource PrivateKey of the package @pulumi/tls, as far as it is used here. */
export type PrivateKeyResource = new (
  name: string,
  args: { algorithm: string },
  opts: pulumi.CustomResourceOptions,
) => pulumi.CustomResource & {
  readonly publicKeyOpenssh: pulumi.Output<string>;
  readonly privateKeyOpenssh: pulumi.Output<string>;
};

/**
 * The two SSH keys of one machine: the one that it proves itself with, known before it first starts, and the one that logs in.
 * They last as long as the stage, through every replacement of the machine.
 */
export class MachineKeys extends pulumi.ComponentResource {
  /** The host key: a line as `ssh-keyscan` shows it, without the host in front. */
  readonly hostPublic: pulumi.Output<string>;
  /** The host key, OpenSSH text; a secret. */
  readonly hostPrivate: pulumi.Output<string>;
  /** The key that is let in, a line. */
  readonly loginPublic: pulumi.Output<string>;
  /** The key that is let in, OpenSSH text; a secret. */
  readonly loginPrivate: pulumi.Output<string>;
  /** Another one for other keys; tells nothing of them. */
  readonly fingerprint: pulumi.Output<string>;

  /** @param PrivateKey the resource of that name of the package @pulumi/tls, which a cloud's package brings */
  constructor(name: string, PrivateKey: PrivateKeyResource, opts: pulumi.ComponentResourceOptions) {
    super("slipway:machine:MachineKeys", name, {}, opts);
    const key = (role: string) =>
      new PrivateKey(
        `${name}-${role}`,
        { algorithm: "ED25519" },
        { parent: this, additionalSecretOutputs: ["privateKeyOpenssh", "privateKeyPem"] },
      );
    const host = key("host");
    const login = key("login");
    this.hostPublic = host.publicKeyOpenssh.apply((line) => line.trim());
    this.hostPrivate = pulumi.secret(host.privateKeyOpenssh);
    this.loginPublic = login.publicKeyOpenssh.apply((line) => line.trim());
    this.loginPrivate = pulumi.secret(login.privateKeyOpenssh);
    this.fingerprint = pulumi.all([this.hostPublic, this.loginPublic]).apply(fingerprint);
    this.registerOutputs({ hostKey: this.hostPublic });
  }
}

function fingerprint(keys: string[]): string {
  return createHash("sha256").update(keys.join("\n")).digest("hex").slice(0, 16);
}
