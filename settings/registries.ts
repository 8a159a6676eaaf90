import { z } from "zod";

/** How a registry's images are read where another address holds them. */
export const mirrors = z.record(z.string(), z.string().min(1), {
  error:
    "a map from a registry's name to the address it is read from, such as { docker.io: https://mirror.example.com }",
});

/** A repository of Google's Artifact Registry (https://cloud.google.com/artifact-registry/docs/docker/names). */
export const artifactRegistry = z.strictObject({
  kind: z.literal("artifact-registry"),
  /** The Google Cloud project that it is in. */
  project: z
    .string({ error: "the id of a Google Cloud project, such as shop-prod-1234" })
    .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "the id of a Google Cloud project, such as shop-prod-1234"),
  /** Its region, or one of the multi-regions. */
  location: z
    .string({ error: "a region or multi-region of Artifact Registry, such as europe-west3 or europe" })
    .regex(/^[a-z]+(-[a-z]+[0-9]+)?$/, "a region or multi-region of Artifact Registry, such as europe-west3 or europe"),
  /** Its name; unset: that of the Pulumi project. */
  repository: z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "a repository's name: lower-case letters, digits and hyphens")
    .optional(),
  mirrors: mirrors.default({}),
});

/** An Azure Container Registry (https://learn.microsoft.com/azure/container-registry). */
export const acr = z.strictObject({
  kind: z.literal("acr"),
  /** Its name, which no other registry in Azure may have. */
  name: z
    .string({ error: "a registry's name: 5 to 50 letters and digits" })
    .regex(/^[A-Za-z0-9]{5,50}$/, "a registry's name: 5 to 50 letters and digits")
    .transform((name) => name.toLowerCase()),
  /** Azure's name of the region. */
  location: z
    .string({ error: "a region of Azure, such as westeurope" })
    .regex(/^[a-z][a-z0-9]+$/, "a region of Azure, such as westeurope"),
  /** The resource group that it is in, which is there already; unset: one of its own. */
  resourceGroup: z
    .string()
    .regex(/^[\w.()-]{0,89}[\w()-]$/, "a resource group's name")
    .optional(),
  /** Which services, at which price. */
  sku: z.enum(["Basic", "Standard", "Premium"], { error: "Basic, Standard or Premium" }).default("Basic"),
  mirrors: mirrors.default({}),
});

/** The settings of a repository of Artifact Registry. */
export type ArtifactRegistrySettings = z.infer<typeof artifactRegistry>;

/** The settings of an Azure Container Registry. */
export type AcrSettings = z.infer<typeof acr>;
