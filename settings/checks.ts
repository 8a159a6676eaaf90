import { z } from "zod";
import { wholeNumber } from "./numbers";
import { word } from "./texts";

/** What a release must pass. */
export const check = z.union(
  [
    z.strictObject({
      /** The service that must answer. */
      service: word("a service"),
      /** The port of its containers; needed only where it has several for HTTP. */
      port: wholeNumber(1, 65535).optional(),
      path: z.string().regex(/^\//).default("/"),
      status: wholeNumber(100, 599).default(200),
      /** What the answer's body must hold. */
      text: z.string().optional(),
      /** How long, in seconds, an answer may take. */
      timeout: wholeNumber(1, 300).default(10),
    }),
    z.strictObject({
      /** A compose service, of the profile check, which must exit 0. */
      run: word("a service of the profile check"),
    }),
  ],
  { error: "{ service: web, path: /health, status: 200, text: … } or { run: <a service of the profile check> }" },
);

/** What a release must pass. */
export type Check = z.infer<typeof check>;
