import { isIP } from "node:net";
import { z } from "zod";

const wanted = "an address or a network, such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32";

/** The addresses of the proxies whose statements about callers are believed. */
export const trustedProxies = z.array(
  z.string({ error: wanted }).superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  }),
  { error: "a list of addresses and networks, such as [203.0.113.7, 10.0.0.0/8]; none is trusted where it is empty" },
);

/** What would be right instead of an address or network in CIDR notation (RFC 4632); undefined: it is right. */
function problemOf(text: string): string | undefined {
  const [address = "", length, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || address.includes("%") || rest.length > 0) return wanted;
  if (length === undefined) return undefined;
  const bits = version === 4 ? 32 : 128;
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits) {
    return `${wanted}: behind the slash stands a number from 0 to ${bits}`;
  }
  return version === 4 ? strayBits(address, Number(length)) : undefined;
}

/** A network whose address has bits set behind its length is most often a slip in one of the two. */
function strayBits(address: string, length: number): string | undefined {
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - length);
  const first = value - (value % size);
  if (first === value) return undefined;
  const network = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
  return `${network}/${length}, the network, or ${address}/32, that address alone`;
}
