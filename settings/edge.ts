import { z } from "zod";
import { domainName } from "./domain";
import { wholeNumber } from "./numbers";
import { trustedProxies } from "./proxies";
import { word } from "./texts";

/** How a stage's HTTP services are reached. */
export const edge = z.strictObject({
  /** The names under which people reach the stage, by HTTPS; the first is its address. Without one it is plain HTTP. */
  domain: z
    .union([domainName, z.array(domainName).min(1)], {
      error: "a domain name, such as app.example.com, or a list of them",
    })
    .transform((value) => (typeof value === "string" ? [value] : value))
    .default([]),
  /** Whom the authority that gives out the certificate may write to; default: hostmaster at the first domain. */
  email: z.email({ error: "an e-mail address" }).optional(),
  /** The ACME directory of that authority. */
  acme: z
    .url({ protocol: /^https$/, error: "the https:// address of an ACME directory" })
    .default("https://acme-v02.api.letsencrypt.org/directory"),
  /** A file with the certificate of an authority that is not publicly known. */
  acmeRoot: word("the path of a file with a certificate").optional(),
  /** The ports of the machine for a stage with a domain. */
  http: wholeNumber(1, 65535).default(80),
  https: wholeNumber(1, 65535).default(443),
  /** Whose word on callers (X-Forwarded-For, -Proto, -Host, -Port) counts; default: the machine itself, where the edge does not speak TLS. */
  trustedProxies: trustedProxies.optional(),
});

/** How a stage's HTTP services are reached. */
export type EdgeSettings = z.infer<typeof edge>;
