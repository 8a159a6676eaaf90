import type { PlannedMount } from "../application/mounts";
import type { ComposeConfig } from "../compose/index";
import { compare, type Fingerprints, type Promotion } from "./diff";
import type { Release, StageRun } from "./record";

/** The parts of a release's application that show whether a service has changed. */
export interface ReadRelease {
  config: ComposeConfig;
  /** By service, the mounts whose content the machine lacks. */
  mounts: Readonly<Record<string, readonly PlannedMount[]>>;
  /** The names of services that lead to the edge. */
  called: readonly { service: string; names: Readonly<Record<string, readonly string[]>> }[];
}

/**
 * A text for each service of a release in one stage: a service with the same text may stay untouched.
 *
 * @param application the release as the stage reads it
 */
export function fingerprints(release: Release, application: ReadRelease): Fingerprints {
  const { config, mounts, called } = application;
  return Object.fromEntries(
    Object.entries(config.services).map(([name, service]) => {
      const { build: _build, image: _image, depends_on: _order, ...definition } = service;
      const networks = Object.keys(service.networks ?? {}).map((key) => config.networks?.[key]);
      const volumes = (service.volumes ?? []).map(({ source = "" }) => config.volumes?.[source]);
      const files = (mounts[name] ?? []).map(({ target, files, bundle }) => [
        target,
        ...(bundle === undefined ? [] : [release.bundles?.[bundle]?.key]),
        files.map(({ path, content, permissions }) => [
          path,
          permissions,
          "text" in content ? content.text : base64(content),
        ]),
      ]);
      const names = called.find(({ service }) => service === name)?.names;
      return [name, JSON.stringify([release.images[name]?.digest, definition, networks, volumes, files, names])];
    }),
  );
}

/**
 * The change of release, as a stage that takes it over shows it. Where the stage runs that release already, it is the
 * recorded one, so that an update without changes shows none.
 *
 * @param to the coming release, as fingerprints
 * @param from the release that the stage runs, as fingerprints; undefined where the ledger no longer holds it
 */
export function promotionTo(
  release: string,
  history: readonly StageRun[],
  to: Fingerprints,
  from: Fingerprints | undefined,
): Promotion {
  const last = history.at(-1);
  if (last?.release === release && last.promotion) {
    return last.promotion;
  }
  const before = last && last.release !== release ? last.release : null;
  return { from: before, to: release, ...compare((before === null ? undefined : from) ?? {}, to) };
}

/** Whether a stage goes back: to a release older than the one it runs. */
export function isRollback(release: string, history: readonly Pick<StageRun, "release">[]): boolean {
  const ran = history.map((run) => run.release);
  const last = ran.at(-1);
  return last !== undefined && last !== release && bornAt(release) < bornAt(last);
}

/** The time in a release's name. */
function bornAt(release: string): string {
  return /-(\d{8}-\d{6})/.exec(release)?.[1] ?? "";
}

function base64(content: { bytes: Uint8Array } | { secret: Uint8Array }): string {
  return Buffer.from("bytes" in content ? content.bytes : content.secret).toString("base64");
}
