import { isIPv4 } from "node:net";
import { z } from "zod";
import { wholeNumber } from "./numbers";
import { flag, textLike } from "./texts";

/** A range of IPv4 addresses; a single one has 32 fixed bits. */
export const addressRange = z
  .string()
  .refine(isRange, "a range of addresses such as 203.0.113.0/24, or 203.0.113.7/32 for a single one");

function isRange(text: string): boolean {
  const [address = "", bits = ""] = text.split("/", 2);
  return isIPv4(address) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32 && text === `${address}/${bits}`;
}

/** Ranges of addresses. */
export const addressRanges = z.array(addressRange, {
  error: "a list of address ranges, such as [203.0.113.7/32]",
});

/** The name that Slipway logs in with; some clouds refuse the names of well-known accounts. */
export const loginName = textLike(
  /^(?!(root|admin|administrator|guest|test|user|sys)$)[a-z_][a-z0-9_-]{0,30}$/,
  "a user's name in lower-case letters that no system has already, such as slipway",
);

/** How the machine's operating system is kept up to date. */
export const updates = z.strictObject({
  /** The distribution's security updates as they come, or nothing by itself. */
  install: z.enum(["security", "none"], { error: "security or none" }).default("security"),
  /** When, UTC, the machine restarts where an update asks for it; unset: never by itself. */
  reboot: textLike(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day such as 04:00, UTC").optional(),
});

/** What every VM has, wherever it runs. */
export const vm = {
  user: loginName.default("slipway"),
  /** Whether the stage is reached through a tunnel that it opens itself: then no port is open for HTTP. */
  tunnel: flag.default(false),
  /** Further TCP ports that are open to everyone, such as those of another stage on the same machine. */
  ports: z.array(wholeNumber(1, 65535), { error: "a list of ports, such as [8080]" }).default([]),
  updates: updates.default(updates.parse({})),
};

/** The machine of another stage, which declares it. */
export const sharedMachine = z.strictObject({
  kind: z.literal("shared"),
  /** The stage whose machine it is: a stack of this project, or `<organization>/<project>/<stack>`. */
  of: textLike(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+){0,2}$/, "the stage whose machine it is, such as staging"),
});

/** Settings of a stage that runs on another stage's machine. */
export type SharedSettings = z.infer<typeof sharedMachine>;
