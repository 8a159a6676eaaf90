import { z } from "zod";
import { domainName } from "./domain";
import { edgeHttp } from "./edgeHttp";
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
  http: edgeHttp
    .default(80)
    .describe(
      'The port of the machine for HTTP, where the stage has a domain; or a list of the services whose published ports speak HTTP, such as [web, "api:3000"], which may hold that port as well.',
    ),
  https: wholeNumber(1, 65535).default(443).describe("The port of the machine for HTTPS."),
  trustedProxies: trustedProxies
    .optional()
    .describe(
      "Whose word on callers (X-Forwarded-For, -Proto, -Host, -Port) counts; default: the machine itself, on a port that is published on loopback only.",
    ),
  hsts: wholeNumber(0, 63_072_000)
    .optional()
    .describe(
      "For how long, in seconds, browsers are told to come by HTTPS alone; default: a year where the stage has a domain on port 443 and nothing else of it is open without TLS, else not at all.",
    ),
  connectionsPerClient: wholeNumber(0, 8000)
    .default(500)
    .describe("How many connections one client may have at a time; more are closed. 0: no limit."),
  requestsPerClient: wholeNumber(0, 100_000)
    .default(500)
    .describe("How many requests, streams and WebSockets one client may have at a time; more get 429. 0: no limit."),
  clientTimeout: wholeNumber(1, 86_400)
    .default(60)
    .describe("How long, in seconds, a client may pause while it sends a request or takes an answer."),
});

/** How a stage's HTTP services are reached. */
export type EdgeSettings = z.infer<typeof edge>;
