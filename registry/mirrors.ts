import { Registry } from "./client/registry";
import { resolveEndpoint } from "./client/endpoint";
import { credentialsFor } from "./login";
import { type Patience } from "./client/transport";

/**
 * The registries that third-party images are read from: one client for each, with this machine's login.
 *
 * @param mirrors the addresses from which images are read instead of their registries, for example `{"docker.io":
 *   "http://127.0.0.1:5999"}`; a mirror holds the same repositories, below its own path if it has one
 */
export class Sources {
  private readonly clients = new Map<string, Registry>();

  constructor(
    private readonly mirrors: Readonly<Record<string, string>> = {},
    private readonly patience: Partial<Patience> = {},
  ) {}

  /**
   * The registry to read images of `registry` from.
   *
   * @throws Error naming a mirror's malformed address
   */
  of(registry: string): Registry {
    const address = this.mirrors[registry] ?? registry;
    let client = this.clients.get(address);
    if (!client) {
      const { host } = resolveEndpoint(address);
      client = new Registry(address, () => credentialsFor(host), this.patience);
      this.clients.set(address, client);
    }
    return client;
  }
}
