import { ownImages } from "./ownImages";
import { z } from "zod";
import { domainName } from "./domain";
import { wholeNumber } from "./numbers";
import { textLike, word } from "./texts";

/** The connector that a stage runs unless it names another: Slipway is tested with what this version's source says of itself. */
export const connectorImage: string = ownImages.connector;

/** The first version that reads its token from a file (cloudflared's commit 8f94f54e, `tunnel run --token-file`). */
const firstWithTokenFile = [2025, 4, 0] as const;

const imageWanted = `an image with its version, 2025.4.0 or later, such as ${connectorImage}: earlier ones take no token from a file`;

const image = textLike(/^[^\s@]+(:[\w][\w.-]*|(:[\w][\w.-]*)?@sha256:[0-9a-f]{64})$/, imageWanted)
  .refine((text) => !/:latest$/.test(text) && isRecent(text), imageWanted)
  .default(connectorImage);

/** Whether an image may be recent enough: a digest, or a tag without a date, says nothing of its age and passes. */
function isRecent(text: string): boolean {
  const version = /:(\d{4})\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number);
  if (!version) return true;
  const differs = version.findIndex((part, index) => part !== firstWithTokenFile[index]);
  return differs < 0 || (version[differs] ?? 0) > (firstWithTokenFile[differs] ?? 0);
}

const name = domainName.transform((text) => text.toLowerCase());

const hostnamesWanted =
  "a name such as app.example.com, or a list of them, each a name or { host: api.example.com, service: api }";

const publicName = z.strictObject({
  host: name.describe("The public name."),
  service: word("a service")
    .optional()
    .describe("The service behind it; unset: the one that publishes the lowest HTTP port."),
  port: wholeNumber(1, 65535)
    .optional()
    .describe("The port of its containers; needed only where it publishes several."),
});

const hostnames = z
  .union([name, z.array(z.union([name, publicName], { error: hostnamesWanted })).min(1, hostnamesWanted)], {
    error: hostnamesWanted,
  })
  .transform((value): PublicName[] =>
    (typeof value === "string" ? [value] : value).map((one) => (typeof one === "string" ? { host: one } : one)),
  );

/** A name under which people reach a stage, and the service behind it. */
export type PublicName = z.infer<typeof publicName>;

const shared = {
  hostnames: hostnames.describe("The names under which people reach the stage."),
  connectors: wholeNumber(2, 12)
    .default(2)
    .describe(
      "How many connectors run beside each other. Cloudflare takes 25 of a tunnel at most, and an update has twice as many for a moment.",
    ),
  image: image.describe("What a connector is."),
};

/** Cloudflare would put a name of another zone below its own zone: `app.example.org.example.com`. */
function mayBeOneZone(names: readonly PublicName[]): boolean {
  // Names that are wrong in themselves come here as well.
  const hosts = names.flatMap(({ host }: Partial<PublicName>) => host ?? []);
  return new Set(hosts.map((host) => host.split(".").slice(-2).join("."))).size <= 1;
}

const identifier = (what: string) => textLike(/^[0-9a-f]{32}$/, `the id of ${what}: 32 hexadecimal digits`);

/** A tunnel of Cloudflare's, through which a stage is reached without an open port. */
export const tunnel = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("token"),
      token: z
        .string({
          error:
            "the tunnel's token as a secret: pulumi config set --secret --path slipway:tunnel.token, with what `cloudflared tunnel token <name>` prints",
        })
        .min(1)
        .describe("What lets a connector serve a tunnel that is there already. A secret."),
      ...shared,
    }),
    z
      .strictObject({
        kind: z.literal("cloudflare"),
        account: identifier("the account at Cloudflare").describe("Whose tunnel it is."),
        zone: identifier("the zone at Cloudflare that has the names").describe("Where the names are."),
        name: textLike(/^[^\s](.{0,98}[^\s])?$/, "a name of up to 100 characters")
          .optional()
          .describe("What people call the tunnel; unset: project and stage."),
        ...shared,
      })
      .refine(({ hostnames }) => mayBeOneZone(hostnames), { path: ["hostnames"], error: "names in one zone" }),
  ],
  {
    error:
      "{ kind: token, token: …, hostnames: … }, a tunnel that is there already, or { kind: cloudflare, account: …, zone: …, hostnames: … }, one that the stage makes",
  },
);

/** How a stage is reached through a tunnel. */
export type TunnelSettings = z.infer<typeof tunnel>;
