import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

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

  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("slipway:machine:MachineKeys", name, {}, opts);
    const key = (role: string) =>
      new tls.PrivateKey(
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
