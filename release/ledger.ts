import { isDeepStrictEqual } from "node:util";

import { type Registry } from "../registry/client/registry";
import { tagImage } from "../registry/client/copy";
import { RegistryError } from "../registry/client/errors";
import { each } from "../registry/client/concurrency";
import { isRepository, isTag } from "../registry/client/reference";
import { artifactDigest, encode, putArtifact, readArtifact, readDocument, readFiles, reasonOf } from "./artifact";
import { History, stageOfTag } from "./ledgerHistory";
import { type JobRecord, type JobRun, JobRuns, isJobsTag } from "./ledgerJobs";
import { Restores, isRestoredTag } from "./ledgerRestores";
import { isBeside } from "./signing/beside";
import type { Seal } from "./signing/seal";
import { unknownRelease } from "./ledgerNames";
import {
  type Release,
  type ReleaseImage,
  type ReleaseRecord,
  type ReleaseSummary,
  type StageRun,
  imagesOf,
  releaseRecord,
} from "./record";

/** The content of a ledger, and foreign tags in its repository. */
export interface LedgerContents {
  /** Newest first. */
  releases: ReleaseSummary[];
  stages: string[];
  /** Tags that cannot be read, each with the reason. */
  unreadable: { tag: string; reason: string }[];
}

const releaseType = "application/vnd.slipway.release.v1+json";
const dirtyKey = "vnd.slipway.dirty";
const concurrency = 8;

/**
 * The record of a project's verified releases and of its stages' runs, beside the images in their own registry:
 * repository `<project>/ledger`; a release is an OCI artifact tagged with the release's name, a stage's history one
 * tagged `stage.<name>`, its record of jobs one tagged `jobs.<name>`. A stage that loses its containers, its state or
 * its machine finds it there again.
 */
export class Ledger {
  /** Its repository in the registry. */
  readonly repository: string;
  private readonly histories: History;
  private readonly jobs: JobRuns;
  private readonly restores: Restores;

  /**
   * @param registry the registry that holds the images
   * @param project what the project's repositories begin with
   * @param seal by what the documents of a stage are known as its own; undefined: they are read as they are
   * @throws Error where the project cannot be part of a repository's path
   */
  constructor(
    readonly registry: Registry,
    readonly project: string,
    seal?: Seal,
  ) {
    this.repository = `${project}/ledger`;
    if (!isRepository(this.repository)) {
      throw new Error(
        `"${project}", the project's name in Pulumi.yaml (name:), cannot name a repository: write lower-case letters, digits and single . _ - between them.`,
      );
    }
    this.histories = new History(registry, this.repository, seal);
    this.jobs = new JobRuns(registry, this.repository, seal);
    this.restores = new Restores(registry, this.repository);
  }

  /**
   * Records a verified release, and tags each of its images with the release's name, so that a registry that cleans up
   * untagged images keeps them. Recording the same release again changes nothing.
   *
   * @returns the digest of its record, by which it is known from then on
   * @throws Error where an image is not in the registry, where the name is none, or is taken by another release
   */
  async record(release: Release): Promise<string> {
    if (!namesRelease(release.name)) {
      throw new Error(`"${release.name}" cannot name a release: write v<commit>-<yyyymmdd-hhmmss>.`);
    }
    const missing = await this.missing(release);
    if (missing.length > 0) throw new Error(`Release ${release.name} is not recorded: ${missing.join("; ")}.`);
    const { files, ...record } = release;
    const checked = releaseRecord.safeParse(record);
    if (!checked.success) throw new Error(`Release ${release.name} is not recorded: ${reasonOf(checked.error)}.`);
    const annotations = {
      "org.opencontainers.image.version": release.name,
      "org.opencontainers.image.revision": release.commit,
      "org.opencontainers.image.created": release.createdAt,
      [dirtyKey]: String(release.dirty),
    };
    const artifact = { type: releaseType, document: record, files, annotations };
    const recorded = await this.recorded(release, artifactDigest(artifact));
    if (recorded !== undefined) return recorded;
    await each(distinct(release), concurrency, (image) => this.keep(image, release.name));
    return putArtifact(this.registry, this.repository, release.name, artifact);
  }

  /**
   * A release with its files.
   *
   * @param digest of its record; undefined: the one that bears its name
   * @throws Error naming it where it is not recorded (with the nearest names) or cannot be read
   */
  async read(name: string, digest?: string): Promise<Release> {
    const { image, record } = await this.open(name, digest);
    const files = await readFiles(this.registry, this.repository, image).catch((error: unknown) => {
      throw this.unreadable(name, error);
    });
    return { ...record, files };
  }

  /**
   * A release without its files: its images, build arguments and the names of its compose files.
   *
   * @throws Error as {@link read}
   */
  async find(name: string, digest?: string): Promise<ReleaseRecord> {
    return (await this.open(name, digest)).record;
  }

  /** The digest of the record that bears a name; undefined where none does. Whose word that is, the registry does not tell. */
  async digestOf(name: string): Promise<string | undefined> {
    return namesRelease(name) ? (await this.registry.headManifest(this.repository, name))?.digest : undefined;
  }

  /**
   * The name of the release that a record tells.
   *
   * @param digest of the record
   * @throws Error naming it where the ledger does not hold it, or where it is no record
   */
  async nameOf(digest: string): Promise<string> {
    const manifest = await this.registry.findManifest(this.repository, digest);
    if (!manifest)
      throw new Error(`The ledger of ${this.project} holds no record ${digest}: it was deleted, or never was.`);
    try {
      const image = readArtifact(manifest, releaseType);
      return releaseRecord.parse(await readDocument(this.registry, this.repository, image)).name;
    } catch (error) {
      throw this.unreadable(digest, error);
    }
  }

  /** The releases, newest first. Unreadable ones are left out: {@link contents} names them. */
  async list(): Promise<ReleaseSummary[]> {
    return (await this.contents()).releases;
  }

  /** Every release without its files, newest first. Unreadable ones are left out: {@link contents} names them. */
  async records(): Promise<ReleaseRecord[]> {
    const names = (await this.list()).map(({ name }) => name);
    const records = new Map<string, ReleaseRecord>();
    await each(names, concurrency, async (name) => records.set(name, await this.find(name)));
    return names.flatMap((name) => records.get(name) ?? []);
  }

  /** Everything under the ledger's repository, by tag; reads no files and no documents. */
  async contents(): Promise<LedgerContents> {
    const tags = await this.registry.listTags(this.repository);
    const contents: LedgerContents = { releases: [], stages: [], unreadable: [] };
    await each(
      tags.filter((tag) => !isJobsTag(tag) && !isRestoredTag(tag) && !isBeside(tag)),
      concurrency,
      async (tag) => {
        const stage = stageOfTag(tag);
        if (stage !== undefined) return contents.stages.push(stage);
        const summary = await this.summary(tag).catch((error: unknown) => {
          if (error instanceof RegistryError && error.status !== 404) throw error;
          return reasonOf(error);
        });
        if (typeof summary === "string") contents.unreadable.push({ tag, reason: summary });
        else if (summary) contents.releases.push(summary);
      },
    );
    contents.releases.sort((a, b) => order(b.createdAt, a.createdAt) || order(b.name, a.name));
    contents.stages.sort(order);
    contents.unreadable.sort((a, b) => order(a.tag, b.tag));
    return contents;
  }

  /**
   * The parts of a release that the registry lacks: a phrase for each image, for a refusal. Empty where nothing is
   * missing.
   */
  async missing(release: Pick<ReleaseRecord, "images" | "bundles">): Promise<string[]> {
    const absent = new Set<string>();
    await each(distinct(release), concurrency, async (image) => {
      if (!(await this.registry.headManifest(image.repository, image.digest))) absent.add(placeOf(image));
    });
    const named = [
      ...Object.entries(release.images).map(([service, image]) => ({ what: `service ${service}`, image })),
      ...Object.entries(release.bundles ?? {}).map(([id, image]) => ({ what: `the files ${id}`.trim(), image })),
    ];
    return named
      .filter(({ image }) => absent.has(placeOf(image)))
      .map(
        ({ what, image: { repository, digest } }) =>
          `digest ${digest} of ${what} is not in the registry (${this.registry.address}/${repository})`,
      )
      .sort(order);
  }

  /** The stages that have run something. */
  async stages(): Promise<string[]> {
    const tags = await this.registry.listTags(this.repository);
    return tags.flatMap((tag) => stageOfTag(tag) ?? []).sort(order);
  }

  /**
   * The runs of a stage, oldest first.
   *
   * @throws Error where its history cannot be read
   */
  history(stage: string): Promise<StageRun[]> {
    return this.histories.read(stage);
  }

  /** Adds a run to a stage's history, unless it differs from the last one only in time and author. */
  appendRun(stage: string, run: StageRun): Promise<void> {
    return this.histories.append(stage, run);
  }

  /** Which of a stage's jobs ran for which release. Throws where that cannot be read. */
  async jobRuns(stage: string): Promise<JobRecord> {
    const [record, restored] = await Promise.all([this.jobs.read(stage), this.restores.last(stage)]);
    const last = [record.restored, restored]
      .filter((at) => at !== undefined)
      .sort()
      .at(-1);
    return last === undefined ? record : { ...record, restored: last };
  }

  /** The digests of what the ledger keeps of a stage, by the file's name; none where it keeps nothing. */
  async documentsOf(stage: string): Promise<Record<string, string>> {
    const [history, jobs] = await Promise.all([
      this.histories.documents.digest(stage),
      this.jobs.documents.digest(stage),
    ]);
    return { ...(history ? { "history.json": history } : {}), ...(jobs ? { "jobs.json": jobs } : {}) };
  }

  /**
   * Signs what the ledger keeps of a stage, as it is.
   *
   * @param begins whether a history is begun where there is none
   */
  async signDocuments(stage: string, begins = false): Promise<void> {
    await this.histories.documents.sign(stage, begins);
    await this.jobs.documents.sign(stage, begins);
  }

  /** Records at once that a job succeeded: it must not run again where the rest of its update fails. */
  noteJob(stage: string, run: JobRun): Promise<void> {
    return this.jobs.note(stage, run);
  }

  /** Records that a stage's data were restored from a backup: its next update runs the jobs of its release again. */
  noteRestore(stage: string, at = new Date()): Promise<void> {
    return this.restores.note(stage, at.toISOString());
  }

  private async keep({ repository, digest }: ReleaseImage, tag: string): Promise<void> {
    await tagImage(this.registry, repository, await this.registry.getManifest(repository, digest), tag);
  }

  /**
   * The digest of the record that its name leads to; undefined where it is to be put there. A record that names the stages' own files
   * otherwise, or from before they were named, is the same release's. Throws where the name leads to something else.
   */
  private async recorded(release: Release, digest: string): Promise<string | undefined> {
    const head = await this.registry.headManifest(this.repository, release.name);
    if (!head || head.digest === digest) return head?.digest;
    const recorded = await this.read(release.name, head.digest);
    const isSame = (one: Release, other: Release): boolean =>
      isDeepStrictEqual(encode(comparable(one)), encode(comparable(other)));
    if (isSame(recorded, release)) return undefined;
    if (isSame({ ...recorded, own: release.own }, release)) return head.digest;
    throw new Error(
      `Release ${release.name} is recorded with other content in ${this.registry.address}/${this.repository}: a release never changes, so mint one under a new name.`,
    );
  }

  private async open(
    name: string,
    digest?: string,
  ): Promise<{ image: ReturnType<typeof readArtifact>; record: ReleaseRecord }> {
    const manifest = namesRelease(name) ? await this.registry.findManifest(this.repository, digest ?? name) : undefined;
    if (!manifest && digest !== undefined) {
      throw new Error(
        `The record of the release ${name} (${digest}) is not in ${this.registry.address}/${this.repository} any more: somebody or something has deleted it. Take another release, or bring the stage up again that builds.`,
      );
    }
    if (!manifest) throw unknownRelease(name, await this.names(), this.project);
    try {
      const image = readArtifact(manifest, releaseType);
      const record = releaseRecord.parse(await readDocument(this.registry, this.repository, image));
      if (record.name !== name) throw new Error(`it holds release ${record.name}`);
      return { image, record };
    } catch (error) {
      throw this.unreadable(name, error);
    }
  }

  private async names(): Promise<string[]> {
    const tags = await this.registry.listTags(this.repository);
    return tags.filter(namesRelease);
  }

  private async summary(tag: string): Promise<ReleaseSummary | undefined> {
    const manifest = await this.registry.findManifest(this.repository, tag);
    if (!manifest) return undefined;
    const { annotations = {} } = readArtifact(manifest, releaseType);
    const { name, commit, createdAt } = {
      name: annotations["org.opencontainers.image.version"],
      commit: annotations["org.opencontainers.image.revision"],
      createdAt: annotations["org.opencontainers.image.created"],
    };
    if (name !== tag) throw new Error(`it holds release ${name ?? "without a name"}`);
    if (commit === undefined || createdAt === undefined) throw new Error("its commit or its time is missing");
    return { name, commit, dirty: annotations[dirtyKey] === "true", createdAt };
  }

  private unreadable(name: string, error: unknown): Error {
    const place = `${this.registry.address}/${this.repository}:${name}`;
    return new Error(`Release ${name} cannot be read from ${place}: ${reasonOf(error)}.`, { cause: error });
  }
}

/** Whether a tag of the ledger can be a release's. */
function namesRelease(tag: string): boolean {
  return isTag(tag) && stageOfTag(tag) === undefined && !isJobsTag(tag) && !isRestoredTag(tag) && !isBeside(tag);
}

/** Each image once, however many services run it. */
function distinct(release: Pick<ReleaseRecord, "images" | "bundles">): ReleaseImage[] {
  return [...new Map(imagesOf(release).map((image) => [placeOf(image), image])).values()];
}

function placeOf({ repository, digest }: ReleaseImage): string {
  return `${repository}@${digest}`;
}

/** Files are compared by their bytes, in whatever form they are held. */
function comparable({ files, ...record }: Release): unknown {
  const contents = Object.entries(files).map(([path, content]) => [path, Buffer.from(content).toString("base64")]);
  return { ...record, files: Object.fromEntries(contents) };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
