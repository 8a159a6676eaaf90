import { z } from "zod";

/** The addresses from which images are read instead of their registries, by registry. */
export const mirrors = z.record(z.string(), z.string().min(1), {
  error:
    "a map from a registry's name to the address it is read from, such as { docker.io: https://mirror.example.com }",
});

/** A repository of Google's Artifact Registry (https://cloud.google.com/artifact-registry/docs/docker/names). */
export const artifactRegistry = z.strictObject({
  kind: z.literal("artifact-registry"),
  project: z
    .string({ error: "the id of a Google Cloud project, such as shop-prod-1234" })
    .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "the id of a Google Cloud project, such as shop-prod-1234")
    .describe("The Google Cloud project that it is in."),
  location: z
    .string({ error: "a region or multi-region of Artifact Registry, such as europe-west3 or europe" })
    .regex(/^[a-z]+(-[a-z]+[0-9]+)?$/, "a region or multi-region of Artifact Registry, such as europe-west3 or europe")
    .describe("Its region, or one of the multi-regions."),
  repository: z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "a repository's name: lower-case letters, digits and hyphens")
    .optional()
    .describe("Its name; unset: that of the Pulumi project."),
  mirrors: mirrors.default({}).describe("Where images of a public registry are read from instead."),
});

/** An Azure Container Registry (https://learn.microsoft.com/azure/container-registry). */
export const acr = z.strictObject({
  kind: z.literal("acr"),
  name: z
    .string({ error: "a registry's name: 5 to 50 letters and digits" })
    .regex(/^[A-Za-z0-9]{5,50}$/, "a registry's name: 5 to 50 letters and digits")
    .transform((name) => name.toLowerCase())
    .describe("Its name, which no other registry in Azure may have."),
  location: z
    .string({ error: "a region of Azure, such as westeurope" })
    .regex(/^[a-z][a-z0-9]+$/, "a region of Azure, such as westeurope")
    .describe("Azure's name of the region."),
  resourceGroup: z
    .string()
    .regex(/^[\w.()-]{0,89}[\w()-]$/, "a resource group's name")
    .optional()
    .describe("The resource group that it is in, which is there already; unset: one of its own."),
  sku: z
    .enum(["Basic", "Standard", "Premium"], { error: "Basic, Standard or Premium" })
    .default("Basic")
    .describe("Which services, at which price."),
  mirrors: mirrors.default({}).describe("Where images of a public registry are read from instead."),
});

/** The settings of a repository of Artifact Registry. */
export type ArtifactRegistrySettings = z.infer<typeof artifactRegistry>;

/** The settings of an Azure Container Registry. */
export type AcrSettings = z.infer<typeof acr>;
