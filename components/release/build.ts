import * as pulumi from "@pulumi/pulumi";
import type { RegistryPlan } from "../../settings/registryPlan";
import { Step } from "../step";
import { bundleRepository, documents, type BundlePlan } from "../../release/bundles";
import { contentKey, type ReleaseContent } from "../../release/content";
import type { ImagePlan } from "../../release/images";
import type { ReleaseSource } from "../../release/source";
import type { MountedBundle, ReleaseOutputs } from "./outputs";
import type { Secrets } from "../../application/secrets";
import { formatSize } from "../../application/sizes";
import type { Bundle, ReleaseImage, ReleaseRecord } from "../../release/record";

/** Inputs of {@link BuiltRelease}. */
export interface BuiltReleaseArgs {
  project: string;
  registry: pulumi.Output<RegistryPlan>;
  /** Where a registry's images are read from instead, by its name. */
  mirrors: Record<string, string>;
  source: ReleaseSource;
  /** By service that runs on: every path at which it mounts something. */
  mounted: Record<string, string[]>;
  /** The stage's private key. */
  key: pulumi.Input<string>;
  /** Puts the values of secrets back into a text. */
  reveal: Secrets["reveal"];
}

/**
 * A release in the making: every image built or copied into the registry, and a name for the whole. It is not in the ledger
 * before it is verified.
 */
export class BuiltRelease extends pulumi.ComponentResource implements ReleaseOutputs {
  readonly images: Record<string, pulumi.Output<ReleaseImage>> = {};
  readonly bundles: Record<string, MountedBundle> = {};
  readonly name: pulumi.Output<string>;
  readonly checked: pulumi.Resource[];
  readonly record: pulumi.Output<ReleaseRecord & { files: Record<string, string> }>;

  constructor(
    name: string,
    { project, registry, mirrors, source, mounted, key: signingKey, reveal }: BuiltReleaseArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:release:BuiltRelease", name, {}, opts);
    // What a component waits for is not handed on to its children by itself.
    const inside = { parent: this, dependsOn: opts.dependsOn };
    for (const plan of basesFirst(source.images)) {
      const bases = plan.from.kind === "build" ? plan.from.bases : undefined;
      const contexts = bases && mapped(bases, (service) => this.images[service]);
      const image =
        plan.from.kind === "build"
          ? new BuiltImage(`${name}-${plan.name}`, { registry, plan, contexts, key: signingKey, reveal }, inside)
          : new CopiedImage(`${name}-${plan.name}`, { registry, mirrors, plan }, inside);
      for (const service of plan.services) {
        this.images[service] = image.image;
      }
    }
    const { images: _plans, bundles: plans = [], platform, ...content } = source;
    const { commit, dirty } = source;
    const bundled: Record<string, pulumi.Output<Bundle>> = {};
    for (const plan of plans) {
      const paths = plan.id === documents ? Object.keys(source.files) : undefined;
      const args = { registry, project, platform, plan, paths, key: signingKey };
      const made = new BundledFiles(`${name}-${nameOf(plan)}`, args, inside);
      bundled[plan.id] = made.bundle;
      this.bundles[plan.id] = { key: plan.key, image: made.bundle };
    }
    const keys = plans.length > 0 ? { bundles: Object.fromEntries(plans.map(({ id, key }) => [id, { key }])) } : {};
    const key = pulumi
      .output(this.images)
      .apply((images) => contentKey({ ...content, ...keys, images } satisfies ReleaseContent));
    const mint = new Step(
      `${name}-name`,
      {
        run: "mint",
        shows: { COMMIT: dirty ? `${commit}-dirty` : commit },
        input: { registry, project, commit, dirty, key, images: this.images, mounted, signingKey },
      },
      inside,
    );
    this.checked = [mint];
    const minted = mint.result<{ name: string; createdAt: string }>();
    this.name = minted.name;
    // The record step takes large documents from their bundle: the state need not hold them.
    const kept = documents in bundled ? { ...content, files: {} } : content;
    this.record = pulumi
      .all([minted, pulumi.output(this.images), pulumi.output(bundled)])
      .apply(([mark, images, bundles]) => ({ ...mark, ...kept, images, ...(plans.length > 0 ? { bundles } : {}) }));
    this.registerOutputs({ name: this.name });
  }
}

/** Images in an order in which each comes behind those that it is built of. */
function basesFirst(images: readonly ImagePlan[]): ImagePlan[] {
  const ordered = new Set<ImagePlan>();
  const add = (plan: ImagePlan): void => {
    const bases = plan.from.kind === "build" ? Object.values(plan.from.bases ?? {}) : [];
    for (const base of bases) images.filter(({ services }) => services.includes(base)).forEach(add);
    ordered.add(plan);
  };
  images.forEach(add);
  return [...ordered];
}

/** By a context's name, the image of the service that it is, without the registry's address. */
function mapped(
  bases: Readonly<Record<string, string>>,
  imageOf: (service: string) => pulumi.Output<ReleaseImage> | undefined,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    Object.entries(bases).flatMap(([context, service]) => {
      const image = imageOf(service);
      return image ? [[context, image.apply(({ repository, digest }) => `${repository}@${digest}`)]] : [];
    }),
  );
}

/** What a bundle's resource is called. */
function nameOf({ id }: BundlePlan): string {
  return id === documents ? "documents" : `files-${id}`;
}

/** Inputs of {@link BundledFiles}. */
interface BundledFilesArgs {
  registry: pulumi.Input<RegistryPlan>;
  project: string;
  platform?: string;
  plan: BundlePlan;
  /** The files that it holds, where they are not those below one path. */
  paths?: string[];
  /** The stage's private key. */
  key: pulumi.Input<string>;
}

/** Files that go from the work tree into the registry, as an image that nothing runs. */
class BundledFiles extends pulumi.ComponentResource {
  readonly bundle: pulumi.Output<Bundle>;

  constructor(
    name: string,
    {
      registry,
      project,
      platform = "linux/amd64",
      plan: { id, key, tag, size },
      paths,
      key: signingKey,
    }: BundledFilesArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:release:BundledFiles", name, {}, opts);
    const repository = `${project}/${bundleRepository}`;
    const step = new Step(
      `${name}-bundle`,
      {
        run: "bundle",
        shows: { FILES: id === documents ? "what describes the application" : id, SIZE: formatSize(size) },
        input: { registry, repository, tag, id, platform, paths, key: signingKey },
      },
      { parent: this, dependsOn: opts.dependsOn },
    );
    this.bundle = step
      .result<{ digest: string }>()
      .apply(({ digest }) => ({ repository, digest, platform, key, size }));
    this.registerOutputs({ bundle: this.bundle });
  }
}

/** Inputs of {@link BuiltImage} and {@link CopiedImage}. */
interface ImageArgs {
  registry: pulumi.Input<RegistryPlan>;
  plan: ImagePlan;
}

/** An image that is built from the work tree. Only the stage that builds may have one. */
export class BuiltImage extends pulumi.ComponentResource {
  readonly image: pulumi.Output<ReleaseImage>;

  constructor(
    name: string,
    {
      registry,
      plan,
      contexts,
      key,
      reveal,
    }: ImageArgs & {
      /** The images of services that it is built of, by the names of its contexts. */
      contexts?: Record<string, pulumi.Output<string>>;
      key: pulumi.Input<string>;
      reveal: Secrets["reveal"];
    },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:release:BuiltImage", name, {}, opts);
    const { repository, tag, platform } = plan;
    const revealed = (values: Record<string, string>): Record<string, pulumi.Input<string>> =>
      Object.fromEntries(Object.entries(values).map(([id, text]) => [id, reveal(text)]));
    const { build, secretValues } =
      plan.from.kind === "build" ? plan.from : { build: undefined, secretValues: undefined };
    const secrets = secretValues && pulumi.secret(revealed(secretValues));
    const step = new Step(
      `${name}-build`,
      {
        run: "build",
        shows: { IMAGE: `${repository}:${tag}` },
        input: {
          registry,
          repository,
          tag,
          build,
          key,
          ...(secrets ? { secrets } : {}),
          ...(contexts ? { contexts } : {}),
        },
      },
      { parent: this, dependsOn: opts.dependsOn },
    );
    this.image = step.result<{ digest: string }>().apply(({ digest }) => ({ repository, digest, platform }));
    this.registerOutputs({ image: this.image });
  }
}

/** A third-party image that is copied into the stage's registry. */
class CopiedImage extends pulumi.ComponentResource {
  readonly image: pulumi.Output<ReleaseImage>;

  constructor(
    name: string,
    { registry, mirrors, plan }: ImageArgs & { mirrors: Record<string, string> },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:release:CopiedImage", name, {}, opts);
    const { repository, tag, platform } = plan;
    const { reference, seen } = plan.from.kind === "copy" ? plan.from : { reference: undefined, seen: undefined };
    const step = new Step(
      `${name}-copy`,
      {
        run: "copy",
        shows: { IMAGE: reference ?? "" },
        input: { registry, repository, tag, reference, seen, platform, mirrors },
      },
      { parent: this, dependsOn: opts.dependsOn },
    );
    this.image = step.result<{ digest: string }>().apply(({ digest }) => ({ repository, digest, platform }));
    this.registerOutputs({ image: this.image });
  }
}
