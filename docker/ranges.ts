import { BlockList, isIP } from "node:net";
import type { Network } from "../compose/index";

/** An address range of a network as the Engine has it; what it has none of is empty or left out. */
export interface ExistingPool {
  Subnet?: string;
  Gateway?: string;
  IPRange?: string;
  AuxiliaryAddresses?: Record<string, string> | null;
}

/** A network as the Engine has it (`docker network inspect`). */
export interface ExistingNetwork {
  Id: string;
  Name: string;
  Labels: Record<string, string> | null;
  IPAM: { Config: ExistingPool[] | null };
  /** The running containers that are on it, by id. */
  Containers?: Record<string, unknown> | null;
}

/** The address ranges that a network of the compose file asks for. */
export function subnetsOf({ ipam, external }: Network): string[] {
  return external ? [] : (ipam?.config ?? []).flatMap(({ subnet }) => subnet ?? []);
}

/** Whether two address ranges (`10.1.0.0/16`) share an address; what is none shares nothing, and is the Engine's to refuse. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a !== undefined && b !== undefined && (a.holds(b.base) || b.holds(a.base));
}

function rangeOf(text: string): { base: string; holds(address: string): boolean } | undefined {
  const [base = "", bits = ""] = text.split("/");
  const version = isIP(base);
  if (version === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (version === 4 ? 32 : 128)) return undefined;
  const family = version === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(base, Number(bits), family);
  return { base, holds: (address) => isIP(address) === version && list.check(address, family) };
}
