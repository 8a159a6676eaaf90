import { randomBytes } from "node:crypto";
import type { Kind } from "./kind";

/** A random number that stays until one of its keepers changes. */
export const randomId: Kind = {
  replaces: () => true,
  create: async ({ byteLength }) => {
    const hex = randomBytes(byteLength).toString("hex");
    return { id: hex, outputs: { hex, dec: BigInt(`0x${hex}`).toString() } };
  },
};
