import { z } from "zod";
import { wholeNumber } from "./numbers";
import { word } from "./texts";

/** A check that a release must pass. */
export const check = z.union(
  [
    z.strictObject({
      service: word("a service").describe("The service that must answer."),
      port: wholeNumber(1, 65535)
        .optional()
        .describe("The port of its containers; needed only where it has several for HTTP."),
      path: z.string().regex(/^\//).default("/").describe("What is asked for."),
      status: wholeNumber(100, 599).default(200).describe("The status that the answer must have."),
      text: z.string().optional().describe("What the answer's body must hold."),
      timeout: wholeNumber(1, 300).default(10).describe("How long, in seconds, an answer may take."),
    }),
    z.strictObject({
      run: word("a service of the profile check").describe(
        "A compose service, of the profile check, which must exit 0.",
      ),
    }),
  ],
  { error: "{ service: web, path: /health, status: 200, text: … } or { run: <a service of the profile check> }" },
);

/** A check that a release must pass, as its setting says. */
export type Check = z.infer<typeof check>;
