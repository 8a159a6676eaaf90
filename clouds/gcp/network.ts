import { Address, Firewall, Network, Subnetwork } from "@pulumi/gcp/compute";
import * as pulumi from "@pulumi/pulumi";
import { type Openings, openPorts } from "slipway/cloud";

/** Inputs of {@link GceNetwork}. */
export interface GceNetworkArgs extends Openings {
  /** What everything is called in the cloud. */
  called: string;
  /** The Google Cloud project. */
  project: string;
  region: string;
  /** Who reaches the SSH port, as address ranges; empty: Identity-Aware Proxy alone. */
  sshFrom: string[];
}

/** The addresses from which Identity-Aware Proxy connects. https://cloud.google.com/iap/docs/using-tcp-forwarding */
export const proxyRange = "35.235.240.0/20";

/** A network for one VM: nothing reaches it but what its firewall names. */
export class GceNetwork extends pulumi.ComponentResource {
  readonly subnetwork: pulumi.Output<string>;
  /** The public address. */
  readonly address: pulumi.Output<string>;

  constructor(name: string, args: GceNetworkArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:machine:GceNetwork", name, {}, opts);
    const { called, project, region } = args;
    // Names are fixed, so that people know what belongs to which stage; two of one name there cannot be.
    const own = { parent: this, deleteBeforeReplace: true };
    const network = new Network(
      `${name}-network`,
      { project, name: called, autoCreateSubnetworks: false, routingMode: "REGIONAL" },
      own,
    );
    this.subnetwork = new Subnetwork(
      `${name}-subnetwork`,
      {
        project,
        region,
        name: called,
        network: network.id,
        // None of the ranges that Docker takes for its own networks.
        ipCidrRange: "10.80.0.0/24",
        privateIpGoogleAccess: true,
      },
      own,
    ).id;
    const open = (role: string, ports: number[], sourceRanges: string[]) =>
      new Firewall(
        `${name}-${role}`,
        {
          project,
          name: `${called}-${role}`,
          network: network.id,
          direction: "INGRESS",
          allows: [{ protocol: "tcp", ports: ports.map(String) }],
          sourceRanges,
        },
        own,
      );
    open("ssh", [22], args.sshFrom.length > 0 ? args.sshFrom : [proxyRange]);
    const ports = openPorts(args);
    if (ports.length > 0) {
      open("http", ports, ["0.0.0.0/0"]);
    }
    this.address = new Address(
      `${name}-address`,
      { project, region, name: called, addressType: "EXTERNAL", networkTier: "PREMIUM" },
      own,
    ).address;
    this.registerOutputs({ address: this.address });
  }
}
