import { readFileSync } from "node:fs";
import { join } from "node:path";

/** How the machine's operating system is kept up to date. */
export interface Updates {
  /** `security`: the distribution's security updates, as they come; `none`: nothing by itself. */
  install: "security" | "none";
  /** The time of day, UTC, `04:00`, at which the machine restarts where an update asks for it; undefined: never by itself. */
  reboot?: string;
}

/** What the start-up script of a machine is to make true. */
export interface Startup {
  /** The login name, made where it is missing. */
  user: string;
  /** The one public key that logs in with that name, a line. */
  authorizedKey: string;
  /** The private SSH host key, OpenSSH text; undefined: something else has put it in {@link hostKeyFile}. */
  hostKey?: string;
  /** Where the data disk may show up, absolute and the same at every boot, such as `/dev/disk/by-id/google-data`; the first found counts. */
  disks: string[];
  /** What containers must not reach, `address:port`: where a cloud tells a machine its secrets. */
  closed: string[];
  updates: Updates;
}

/** The only host key that the machine's SSH server shows. */
export const hostKeyFile = "/etc/ssh/slipway_host_ed25519_key";

/** Where the data disk is mounted. */
export const dataFolder = "/var/lib/slipway";

/** Where the machine keeps its start-up script, to be run again by hand. */
export const keptScript = "/usr/local/sbin/slipway-start";

/**
 * The script, for bash as root, that makes a Debian or Ubuntu machine fit for a stage. It may run any number of times, and is meant to
 * run at each boot. It never formats a disk that holds anything. At its end `/run/slipway/ready` is there, or
 * `/run/slipway/failed` with one sentence.
 *
 * @returns the script; a secret where it was given a host key
 * @throws Error naming a value that cannot stand in it
 */
export function startupScript({ user, authorizedKey, hostKey, disks, closed, updates }: Startup): string {
  const values = {
    user,
    authorized_key: authorizedKey.trim(),
    host_key: hostKey?.trim() ?? "",
    disks: words("disks", disks),
    closed: words("closed", closed),
    updates: updates.install,
    reboot_at: updates.reboot ?? "",
  };
  const settings = Object.entries(values).map(([name, value]) => `${name}=${quoted(value)}`);
  return ["#!/bin/bash", ...settings, program().trim(), "", "main", ""].join("\n");
}

/** The part of the script that is the same for all machines. */
export function program(): string {
  return readFileSync(join(__dirname, "startup.sh"), "utf8");
}

/** The script splits these lists at spaces. */
function words(name: string, values: string[]): string {
  const wrong = values.find((value) => !/^[\w./:@-]+$/.test(value));
  if (wrong !== undefined) {
    throw new Error(`${name} of a start-up script has ${JSON.stringify(wrong)}: letters, digits and . / : @ - _ only.`);
  }
  return values.join(" ");
}

/** A text as bash reads it back, whatever is in it. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
