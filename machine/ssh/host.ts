/** A host that is reached over SSH. */
export interface SshHost {
  host: string;
  port: number;
  user: string;
  /** Its public keys as `ssh-keyscan` shows them, without the host in front: `ssh-ed25519 AAAA…`. Any one of them will do. */
  hostKey: string[];
}

/** A machine that is reached over SSH. */
export interface SshMachine extends SshHost {
  /** The private key as text; undefined: what `ssh` has at hand, such as an agent's keys. */
  key?: string;
  /** The host on the way there. */
  jump?: SshHost;
  /** The command through which its SSH port is reached, as the value of `ProxyCommand`; undefined: at its address. */
  proxyCommand?: string;
}

/** How people write where a host is: `deploy@shop.example.com`, with the port where it is not 22. */
export function nameOf({ host, port, user }: SshHost): string {
  return `${user}@${host.includes(":") ? `[${host}]` : host}${port === 22 ? "" : `:${port}`}`;
}
