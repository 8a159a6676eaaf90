import { z } from "zod";
import { domainName } from "./domain";
import { wholeNumber } from "./numbers";
import { trustedProxies } from "./proxies";
import { word } from "./texts";

/** How a stage's HTTP services are reached. */
export const edge = z.strictObject({
  domain: z
    .union([domainName, z.array(domainName).min(1)], {
      error: "a domain name, such as app.example.com, or a list of them",
    })
    .transform((value) => (typeof value === "string" ? [value] : value))
    .default([])
    .describe(
      "The names under which people reach the stage, by HTTPS; the first is its address. Without one it is plain HTTP.",
    ),
  email: z
    .email({ error: "an e-mail address" })
    .optional()
    .describe(
      "Whom the authority that gives out the certificate may write to; default: hostmaster at the first domain.",
    ),
  acme: z
    .url({ protocol: /^https$/, error: "the https:// address of an ACME directory" })
    .default("https://acme-v02.api.letsencrypt.org/directory")
    .describe("The ACME directory of that authority."),
  acmeRoot: word("the path of a file with a certificate")
    .optional()
    .describe("A file with the certificate of an authority that is not publicly known."),
  http: wholeNumber(1, 65535).default(80).describe("The port of the machine for HTTP, where the stage has a domain."),
  https: wholeNumber(1, 65535).default(443).describe("The port of the machine for HTTPS."),
  trustedProxies: trustedProxies
    .optional()
    .describe(
      "Whose word on callers (X-Forwarded-For, -Proto, -Host, -Port) counts; default: the machine itself, where the edge does not speak TLS.",
    ),
});

/** How a stage's HTTP services are reached. */
export type EdgeSettings = z.infer<typeof edge>;
