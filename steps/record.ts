import { answeringByHttp, publishedBy, sorted, type Way } from "../edge/answers";
import { isLoopback } from "../registry/client/endpoint";
import type { RegistryPlan } from "../settings/registryPlan";
import type { Registry } from "../registry/client/registry";
import { documents, layerOf } from "../release/bundles";
import { Ledger } from "../release/ledger";
import type { Bundle, Release, ReleaseRecord, StageRun } from "../release/record";
import { attest } from "../release/signing/attest";
import { releaseClaim } from "../release/signing/proof";
import { type Seal, sealOf } from "../release/signing/seal";
import { addSignature } from "../release/signing/signatures";
import { partsIn, prune, plan as planRetention } from "../release/retention";
import { parseWanted } from "../release/wanted";
import { whoRuns } from "../release/whoRuns";
import type { Engine } from "../docker/engine";
import { execIn } from "../docker/exec";
import { verify, type Verified } from "../docker/health";
import { connect } from "../registry/connect";
import type { Say } from "../docker/say";

/** What recording needs. */
export interface RecordInput {
  registry: RegistryPlan;
  project: string;
  stage: string;
  /** The containers that serve, whose health is the condition. */
  containers: Verified[];
  /** The ids of the containers that carry their files, and of the connectors of the stage's tunnel. */
  carriers: string[];
  /** The release that they run; its files, in base64, only where this stage built it: none of them, where they are a bundle. */
  release: ReleaseRecord & { files?: Record<string, string> };
  run: Pick<StageRun, "kind" | "pinned" | "promotion" | "jobs">;
  /** The backup that was taken before; null where there was nothing to save. */
  backup?: string | null;
  /** The stage's private key, in PEM. */
  key: string;
  /** The ports that the edge holds because containers of a release before answered on them by HTTP; absent where there are none. */
  answered?: Record<string, number[]>;
  /** The digest of the release's record, where the stage took the release over. */
  record?: string;
  /** The registry that the release was copied from, whose ledger is told of the run as well. */
  also?: RegistryPlan;
  /** What the ledger keeps, where this stage looks after it. */
  retention?: { keep: number; pins: string[]; registryContainer?: string };
}

/** What the stage tells of the release that it runs. */
export interface RecordResult extends Pick<ReleaseRecord, "name" | "commit" | "createdAt" | "images" | "http"> {
  /** The digest of its record in the ledger, by which others take it over. */
  record: string;
}

/** What recording says. */
export interface Recorded extends RecordResult {
  /** The ids of all containers that the release consists of; any other of a service of this stage is not of it. */
  verified: string[];
  /** The digests of what the ledger keeps of the stage, by the file's name: nothing older is taken for it. */
  documents: Record<string, string>;
}

/**
 * Ends an update: makes sure that every container is well, puts the release into the ledger, and that the stage runs it.
 * Only after this is a release verified.
 *
 * @throws Error naming a container that is not well, with its last log lines
 */
export async function record(input: RecordInput, say: Say, engine: Engine, folder?: string): Promise<Recorded> {
  const { project, stage, containers, carriers, release, retention } = input;
  const run = { ...input.run, ...(input.backup ? { backup: input.backup } : {}) };
  await verify(engine, containers, say);
  const seal = sealOf(stage, input.key);
  const ledger = new Ledger(await connect(input.registry, say), project, seal);
  let digest = input.record;
  let http = release.http;
  if (release.files) {
    http = await spokenIn(input, ledger, engine, folder, say);
    const { files, ...given } = release;
    const rest = { ...given, ...(http ? { http } : {}) };
    const described = release.bundles?.[documents];
    digest = await ledger.record({
      ...rest,
      files: described ? await filesOf(ledger.registry, described) : decoded(files),
    } satisfies Release);
    await signRelease(ledger, rest, digest, input.key);
    await attest(ledger.registry, rest, { id: { project, stage }, by: await whoRuns(), key: input.key, engine }, say);
    say(`recorded ${release.name} as verified, and signed it`);
  }
  if (digest === undefined) throw new Error(`The release ${release.name} comes without the digest of its record.`);
  const ran = { release: release.name, record: digest, at: new Date().toISOString(), by: await whoRuns(), ...run };
  await ledger.appendRun(stage, ran);
  if (input.also) {
    // What counts is on the stage's own machine by now.
    await tell(input.also, project, seal, ran, say).catch((error: unknown) =>
      say(`the ledger that the release comes from was not told: ${reason(error)}`),
    );
  }
  if (retention) {
    // The release is verified and recorded by now: a clean-up that fails is no reason to fail the update.
    await retire(engine, ledger, retention, say).catch((error: unknown) =>
      say(`nothing was retired: ${reason(error)}`),
    );
  }
  const { name, commit, createdAt, images } = release;
  const verified = [...containers.map(({ container }) => container), ...carriers];
  const told = { name, commit, createdAt, images, ...(http ? { http } : {}) };
  return { ...told, record: digest, verified, documents: await ledger.documentsOf(stage) };
}

/**
 * The published ports on which the release's containers speak HTTP by their own answers: stages that take the release over
 * know it before they start. A release that is recorded keeps what its record says, as records never change.
 *
 * @returns undefined where there are none
 */
async function spokenIn(
  { containers, answered = {}, release }: RecordInput,
  ledger: Ledger,
  engine: Engine,
  folder: string | undefined,
  say: Say,
): Promise<Record<string, number[]> | undefined> {
  if (await ledger.digestOf(release.name)) return (await ledger.find(release.name)).http;
  const known = Object.entries(answered).flatMap(([service, ports]) => ports.map((target) => ({ service, target })));
  const published = await publishedBy(engine, containers).catch(() => []);
  const found = await answeringByHttp(published, wayTo(folder));
  const fresh = Object.entries(found).flatMap(([service, ports]) => ports.map((target) => ({ service, target })));
  for (const { service, target } of fresh) {
    say(`${service} answers on port ${target} by HTTP: from the next update on, the edge holds its published port`);
  }
  const all = sorted([...known, ...fresh]);
  return Object.keys(all).length > 0 ? all : undefined;
}

/** The way to a published port of the stage's machine: through the tunnel to it, where it is another one. */
function wayTo(folder: string | undefined): Way {
  return async (port, ip) => {
    const isEvery = ["", "0.0.0.0", "::"].includes(ip);
    if (folder === undefined) return { host: isEvery ? "127.0.0.1" : ip, port };
    if (!isEvery && !isLoopback(ip)) return undefined;
    return { host: "127.0.0.1", port: await (await import("../machine/ssh/tunnels.js")).portOn(folder, port) };
  };
}

/** Signs a verified release, so that the public key proves it. */
async function signRelease(ledger: Ledger, { name }: ReleaseRecord, digest: string, privateKey: string): Promise<void> {
  const claim = { repository: ledger.repository, digest, says: { [releaseClaim]: name } };
  await addSignature(ledger.registry, claim, privateKey);
}

function decoded(files: Record<string, string>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text, "base64")]));
}

/** What describes an application, where it was too much for the state. */
async function filesOf(registry: Registry, { repository, digest }: Bundle): Promise<Record<string, Uint8Array>> {
  const { filesIn } = await import("../release/bundleTar.js");
  return filesIn(registry.streamBlob(repository, await layerOf(registry, repository, digest)));
}

async function tell(also: RegistryPlan, project: string, seal: Seal, ran: StageRun, say: Say): Promise<void> {
  await new Ledger(await connect(also, say), project, seal).appendRun(seal.stage, ran);
}

async function retire(
  engine: Engine,
  ledger: Ledger,
  { keep, pins, registryContainer }: NonNullable<RecordInput["retention"]>,
  say: Say,
): Promise<void> {
  const pinned = await Promise.all(pins.map((pin) => nameOfPin(ledger, pin)));
  const stages = await ledger.stages();
  const histories = Object.fromEntries(
    await Promise.all(stages.map(async (stage) => [stage, await ledger.history(stage)] as const)),
  );
  const releases = await ledger.records();
  const rule = { releases, histories, pins: pinned, keep };
  if (planRetention(rule).remove.length === 0) {
    return;
  }
  const plan = planRetention({ ...rule, parts: await partsIn(ledger.registry, releases) });
  say(`retiring ${plan.remove.join(", ")}`);
  const { notes } = await prune(ledger, plan);
  notes.forEach(say);
  if (registryContainer) {
    // Only the stage that builds pushes, and its update holds the lock now.
    await execIn(engine, registryContainer, ["registry", "garbage-collect", "/etc/slipway/registry.yml"]).catch(
      (error: unknown) => say(`the registry did not give the space back: ${reason(error)}`),
    );
  }
}

/** A pin may name a release by the digest of its record. */
async function nameOfPin(ledger: Ledger, pin: string): Promise<string> {
  const { name, record } = parseWanted(pin);
  return name ?? (await ledger.nameOf(record ?? ""));
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
