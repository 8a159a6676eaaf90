import { isIPv4 } from "node:net";
import { z } from "zod";
import { wholeNumber } from "./numbers";
import { flag, textLike } from "./texts";

/**
 * A range of IPv4 addresses as clouds take it: its first address and its length; a single address has the length 32.
 */
export const addressRange = z
  .string()
  .refine(isRange, {
    error: "a range of addresses such as 203.0.113.0/24, or 203.0.113.7/32 for a single one",
    abort: true,
  })
  .refine((text) => text === networkOf(text), {
    error: ({ input }) =>
      `${networkOf(String(input))}, the range that this address is in, or ${String(input).split("/")[0]}/32 for it alone`,
  });

function isRange(text: string): boolean {
  const [address = "", bits = ""] = text.split("/", 2);
  return isIPv4(address) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32 && text === `${address}/${bits}`;
}

/** The range with no bit set behind the fixed ones: `203.0.113.0/24` for `203.0.113.7/24`. */
function networkOf(text: string): string {
  const [address = "", bits] = text.split("/", 2);
  const whole = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const first = whole - (whole % size);
  return `${[24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join(".")}/${bits}`;
}

/** Ranges of addresses. */
export const addressRanges = z.array(addressRange, {
  error: "a list of address ranges, such as [203.0.113.7/32]",
});

/**
 * Logins that Azure refuses, as far as the form of a login allows them: `adminUsername` in the package's types lists
 * them.
 */
const refusedByAzure =
  "administrator admin user user1 test user2 test1 user3 admin1 a actuser adm admin2 aspnet backup console david guest john owner root server sql support support_388945a0 sys test2 test3 user4 user5";

/** The accounts that Debian and Ubuntu come with. */
const systemAccounts =
  "daemon bin sync games man lp mail news uucp proxy www-data list irc gnats nobody messagebus sshd syslog";

const taken = new Set(`${refusedByAzure} ${systemAccounts}`.split(" "));

const freeName = "a user's name in lower-case letters that no system has already, such as slipway";

/** The name that Slipway logs in with. */
export const loginName = textLike(/^[a-z_][a-z0-9_-]{0,30}$/, freeName).refine((name) => !taken.has(name), freeName);

/** How the machine's operating system is kept up to date. */
export const updates = z.strictObject({
  install: z
    .enum(["security", "none"], { error: "security or none" })
    .default("security")
    .describe("The distribution's security updates as they come, or nothing by itself."),
  reboot: textLike(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day such as 04:00, UTC")
    .optional()
    .describe("When, UTC, the machine restarts where an update asks for it; unset: never by itself."),
});

/** What every VM has, wherever it runs. */
export const vm = {
  user: loginName.default("slipway").describe("The name that Slipway logs in with."),
  tunnel: flag
    .default(false)
    .describe(
      "Whether the stage is reached through a tunnel that it opens itself: then no port is open but those below.",
    ),
  ports: z
    .array(wholeNumber(1, 65535), { error: "a list of ports, such as [8080]" })
    .default([])
    .describe("Further TCP ports that are open to everyone, such as those of another stage on the same machine."),
  updates: updates.default(updates.parse({})).describe("How its operating system is kept up to date."),
};

/** What is known of the settings of a VM in any cloud, which a stage declares. */
export type VmSettings = z.infer<z.ZodObject<typeof vm>> & {
  kind: string;
  size: string;
  disk: { size: number; existing?: string };
};
