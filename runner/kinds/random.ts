import { randomBytes, randomInt } from "node:crypto";
import type { Kind } from "./kind";

/** A random number that stays until one of its keepers changes. */
export const randomId: Kind = {
  replaces: () => true,
  create: async ({ byteLength }) => {
    const hex = randomBytes(byteLength).toString("hex");
    return { id: hex, outputs: { hex, dec: BigInt(`0x${hex}`).toString() } };
  },
};

/** Random characters that stay until one of their inputs changes; letters, digits, and special ones where they are wanted. */
export const randomPassword: Kind = {
  replaces: () => true,
  create: async ({ length, special, overrideSpecial }) => {
    const characters = special ? plainCharacters + (overrideSpecial || usualSpecial) : plainCharacters;
    const result = Array.from({ length }, () => characters.charAt(randomInt(characters.length))).join("");
    return { id: "none", outputs: { result } };
  },
};

const plainCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** Those of Pulumi's own provider, where the program names none (hashicorp/random: random_password, `override_special`). */
const usualSpecial = "!@#$%&*()-_=+[]{}<>:?";
