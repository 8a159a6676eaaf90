import type { Service } from "./service-model";

export type * from "./service-model";
export type * from "./service-parts";

/**
 * A loaded application: the output of `docker compose config --format json`, key for key. Sizes are texts of bytes
 * (`sizes.ts` has the number), durations texts such as `1m30s` (`durations.ts` has the milliseconds), and paths on the
 * host are the file source's. Booleans that are false and empty lists are left out. Beyond the reference, services,
 * networks, volumes, secrets and configs keep their extensions (`x-…`), which hold settings for Slipway.
 */
export interface ComposeConfig {
  name: string;
  services: Record<string, Service>;
  networks?: Record<string, Network>;
  volumes?: Record<string, Volume>;
  secrets?: Record<string, FileObject>;
  configs?: Record<string, FileObject>;
  /** Only while loading: the reference does not print them. */
  models?: Record<string, unknown>;
  /** Extensions of the application (`x-…`), as written. */
  [extension: `x-${string}`]: unknown;
}

/** A network; `name` is its name in the engine. */
export interface Network {
  name: string;
  driver?: string;
  driver_opts?: Record<string, string>;
  ipam: {
    driver?: string;
    config?: { subnet?: string; gateway?: string; ip_range?: string; aux_addresses?: Record<string, string> }[];
  };
  external?: boolean;
  internal?: boolean;
  attachable?: boolean;
  labels?: Record<string, string>;
  enable_ipv4?: boolean;
  enable_ipv6?: boolean;
  [extension: `x-${string}`]: unknown;
}

/** A volume; `name` is its name in the engine. */
export interface Volume {
  name: string;
  driver?: string;
  driver_opts?: Record<string, string>;
  external?: boolean;
  labels?: Record<string, string>;
  [extension: `x-${string}`]: unknown;
}

/** A secret or config with the source of its content. */
export interface FileObject {
  name: string;
  /** A path as the file source has it. */
  file?: string;
  /** A variable; its value is in `Loaded.environment`. */
  environment?: string;
  content?: string;
  external?: boolean;
  labels?: Record<string, string>;
  driver?: string;
  driver_opts?: Record<string, string>;
  template_driver?: string;
  [extension: `x-${string}`]: unknown;
}
