import {
  NetworkInterface,
  NetworkSecurityGroup,
  PublicIPAddress,
  Subnet,
  VirtualNetwork,
} from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random";
import { type Openings, openPorts } from "slipway/cloud";

/** Inputs of {@link AzureNetwork}. */
export interface AzureNetworkArgs extends Openings {
  /** What everything is called in the cloud. */
  called: string;
  resourceGroupName: pulumi.Input<string>;
  location: string;
  /** Who reaches the SSH port, as address ranges. */
  sshFrom: string[];
  /** What stands before the rest of the address' name; undefined: {@link called} and some letters, as others may have that name. */
  dnsLabel?: string;
  tags: Record<string, string>;
}

/** A network for one VM: nothing reaches it from outside but what its security group names. */
export class AzureNetwork extends pulumi.ComponentResource {
  /** The id of the VM's network interface. */
  readonly networkInterface: pulumi.Output<string>;
  /** The public address. */
  readonly address: pulumi.Output<string>;
  /** The name of that address: `shop-staging-1a2b3c.westeurope.cloudapp.azure.com`. */
  readonly domainName: pulumi.Output<string>;

  constructor(name: string, args: AzureNetworkArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:machine:AzureNetwork", name, {}, opts);
    const { called, resourceGroupName, location, tags } = args;
    // Names are fixed, so that people know what belongs to which stage; two of one name there cannot be.
    const own = { parent: this, deleteBeforeReplace: true };
    const rules = new NetworkSecurityGroup(
      `${name}-rules`,
      { resourceGroupName, location, networkSecurityGroupName: called, securityRules: rulesOf(args), tags },
      own,
    );
    const network = new VirtualNetwork(
      `${name}-network`,
      // None of the ranges that Docker takes for its own networks.
      {
        resourceGroupName,
        location,
        virtualNetworkName: called,
        addressSpace: { addressPrefixes: ["10.80.0.0/24"] },
        tags,
      },
      own,
    );
    const subnet = new Subnet(
      `${name}-subnet`,
      {
        resourceGroupName,
        virtualNetworkName: network.name,
        subnetName: "machines",
        addressPrefix: "10.80.0.0/24",
        networkSecurityGroup: { id: rules.id },
      },
      own,
    );
    const address = new PublicIPAddress(
      `${name}-address`,
      {
        resourceGroupName,
        location,
        publicIpAddressName: called,
        sku: { name: "Standard" },
        publicIPAddressVersion: "IPv4",
        publicIPAllocationMethod: "Static",
        dnsSettings: { domainNameLabel: args.dnsLabel ?? freeLabel(name, called, this) },
        tags,
      },
      own,
    );
    this.networkInterface = new NetworkInterface(
      `${name}-interface`,
      {
        resourceGroupName,
        location,
        networkInterfaceName: called,
        ipConfigurations: [
          {
            name: "public",
            subnet: { id: subnet.id },
            publicIPAddress: { id: address.id },
            privateIPAllocationMethod: "Dynamic",
          },
        ],
        tags,
      },
      own,
    ).id;
    this.address = address.ipAddress.apply((text) => text ?? "");
    this.domainName = address.dnsSettings.apply((settings) => settings?.fqdn ?? "");
    this.registerOutputs({ address: this.address, domainName: this.domainName });
  }
}

function freeLabel(name: string, called: string, parent: pulumi.Resource): pulumi.Output<string> {
  const { hex } = new RandomId(`${name}-label`, { byteLength: 3 }, { parent });
  return pulumi.interpolate`${called}-${hex}`;
}

/** What is let in from outside; Azure's own rules let nothing else in. */
function rulesOf({ sshFrom, ...openings }: AzureNetworkArgs) {
  const rule = (name: string, priority: number, ports: number[], from: string[]) => ({
    name,
    priority,
    direction: "Inbound",
    access: "Allow",
    protocol: "Tcp",
    sourceAddressPrefixes: from,
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRanges: ports.map(String),
  });
  const ports = openPorts(openings);
  return [rule("ssh", 100, [22], sshFrom), ...(ports.length > 0 ? [rule("http", 110, ports, ["0.0.0.0/0"])] : [])];
}
