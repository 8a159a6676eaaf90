import type * as pulumi from "@pulumi/pulumi";

/** What a stage must know of a VM to reach it over SSH. */
export interface Vm {
  /** Its public address, which it keeps for as long as the stage has it. */
  address: pulumi.Output<string>;
  /** The name to log in with. */
  user: string;
  /** Its public host key, a line without the host in front. */
  hostKey: pulumi.Output<string>;
  /** The private key to log in with, OpenSSH text; a secret. */
  privateKey: pulumi.Output<string>;
  /**
   * The command, as the value of `ProxyCommand` in an `ssh` configuration, through which its SSH port is reached; undefined: the port is
   * reached at its address.
   */
  proxyCommand?: string;
  /** The name of its address, where its cloud gives it one. */
  domainName?: pulumi.Output<string>;
  /** Another one whenever the VM is another one, or is stopped and started for a change: then what waits for it waits again. */
  made: pulumi.Output<string>;
  /** What it is to its cloud's registry: the address of its service account, or the principal id of its identity. */
  reader: pulumi.Output<string>;
}

/** The component that declares a VM. */
export type VmComponent = Vm & pulumi.ComponentResource;

/** Whom a VM's firewall lets in. */
export interface Openings {
  /** Whether the stage's HTTP services are reached through a tunnel that the machine itself opens, so that no port need be open. */
  tunnel: boolean;
  /** TCP ports that the settings open to everyone, tunnel or not. */
  ports: number[];
  /** Ports on which the stage's HTTP services are published. */
  published: number[];
}

/** The TCP ports that are open to everyone, in order: those of HTTP where there is no tunnel, and what is asked for. */
export function openPorts({ tunnel, ports, published }: Openings): number[] {
  const http = tunnel ? [] : [80, 443, ...published];
  return [...new Set([...http, ...ports])].sort((a, b) => a - b);
}

/** A data disk that is there already, such as one that a destroyed stage left. */
export interface FoundDisk {
  /** Its id, as the provider knows it. */
  id: string;
  /** In the unit of the cloud's settings. */
  size: number;
  /** Where it is, where its cloud would look for it elsewhere too. */
  location?: string;
}
