import { ownImages } from "./ownImages";
import { z } from "zod";
import { wholeNumber } from "./numbers";
import { acr, artifactRegistry, mirrors, type AcrSettings, type ArtifactRegistrySettings } from "./registries";
import { textLike, word } from "./texts";

/** Where images and the ledger are kept. */
export const registry = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("local"),
      port: wholeNumber(1, 65535).default(5000).describe("Its port on the machine's loopback address."),
      image: word("an image, such as registry:2").default(ownImages.registry).describe("What the registry is."),
      mirrors: mirrors.default({}).describe("Where images of a public registry are read from instead."),
    }),
    z.strictObject({
      kind: z.literal("existing"),
      address: z
        .string({ error: "a host with an optional port and path, such as registry.example.com:5000/team" })
        .regex(/^[^\s/]+(\/[^\s/]+)*$/, "a host with an optional port and path, such as registry.example.com:5000/team")
        .describe("Where it is, and below which path."),
      username: textLike(/\S/, "the name to log in with").optional().describe("Whom it knows."),
      password: textLike(/\S/, "the password to log in with, a secret")
        .optional()
        .describe("A secret; unset: the login that Docker has."),
      mirrors: mirrors.default({}).describe("Where images of a public registry are read from instead."),
    }),
    artifactRegistry,
    acr,
  ],
  {
    error:
      "{ kind: local }, { kind: existing, address: … }, { kind: artifact-registry, project: …, location: … } or { kind: acr, name: …, location: … }",
  },
);

/** A repository of Artifact Registry, with its name filled in. */
export type ArtifactRegistryPlan = ArtifactRegistrySettings & { repository: string };

/** The settings of a registry that a cloud keeps. */
export type HostedSettings = ArtifactRegistryPlan | AcrSettings;

/** The registry's settings, by kind. */
export type RegistrySettings = Exclude<z.infer<typeof registry>, { kind: "artifact-registry" }> | ArtifactRegistryPlan;
