import { posix } from "node:path";
import type { ComposeConfig, FileMount, Mount, Service } from "../compose/index";
import { PlacedError } from "../errors/placed";
import { isBare } from "./extension";
import type { ProjectFiles } from "./files";
import { isCalledAsFile } from "./written/keptPath";
import { formatSize, mostInStateTogether } from "./sizes";

/** A file that a service's containers see, before any secret is put in. */
export interface PlannedFile {
  /** For a folder the path in it; empty for a single file. */
  path: string;
  /** Bytes as they are; a text with marks in the place of secrets; or bytes that are secret as a whole. */
  content: { bytes: Uint8Array } | { text: string; isSecret?: boolean } | { secret: Uint8Array };
  /** In octal, such as `0444`. */
  permissions: string;
}

/** A service's mount whose content comes from a release or from the stage's settings. */
export interface PlannedMount {
  /** Absolute path in the container. */
  target: string;
  /** Empty where it is a bundle. */
  files: PlannedFile[];
  /** The bundle's name in the release. */
  bundle?: string;
}

/** A mounted file cannot be had; the message names service and file and says what would be right. */
export class MountError extends Error {}

/** Where the content of mounted files comes from. */
export interface MountSources {
  /** The release's files. */
  release: ProjectFiles;
  /** The stage's own files: those that hold secrets never enter a release. */
  own: ProjectFiles;
  /** A variable of the stage's settings, with marks in the place of secrets. */
  variable: (name: string) => string | undefined;
}

/**
 * Everything that a service mounts as a file: its secrets, its configs, and the bind mounts whose source is a path of the project, which the
 * machine itself does not have. All are read-only.
 *
 * @param whole the service with all that it mounts, where `service` has only some of it
 * @throws MountError for a file that is not there
 */
export function plannedMounts(
  name: string,
  service: Service,
  config: ComposeConfig,
  sources: MountSources,
  whole: Service = service,
): PlannedMount[] {
  return [
    ...(service.secrets ?? []).map((use) => secretMount(name, use, config, sources)),
    ...(service.configs ?? []).map((use) => configMount(name, use, config, sources)),
    ...(service.volumes ?? []).filter(isOfProject).map((mount) => bindMount(name, mount, whole, sources)),
  ];
}

/**
 * Refuses mounts that are small one by one and too much for the state together: many small files, large secrets, long
 * texts in the compose file.
 *
 * @param mounts by service
 * @throws PlacedError at the service that mounts the largest
 */
export function checkTogether(mounts: Readonly<Record<string, readonly PlannedMount[]>>): void {
  const all = Object.entries(mounts).flatMap(([service, planned]) =>
    planned.map(({ target, files }) => ({ service, target, size: files.reduce((sum, file) => sum + sizeOf(file), 0) })),
  );
  const total = all.reduce((sum, { size }) => sum + size, 0);
  if (total <= mostInStateTogether) return;
  const { service, target, size } = all.reduce((largest, one) => (one.size > largest.size ? one : largest));
  throw new PlacedError(
    ["services", service],
    `What the services mount in small pieces, as secrets and as texts of the compose file has ${formatSize(total)} together and passes through Pulumi's state, which takes ${formatSize(mostInStateTogether)} of it at most; the largest is ${target} of the service ${service} with ${formatSize(size)}: mount one folder with many files in place of each file, and keep data on a named volume, at an absolute path of the machine, or in an image.`,
  );
}

function sizeOf({ content }: PlannedFile): number {
  if ("text" in content) return Buffer.byteLength(content.text);
  return ("bytes" in content ? content.bytes : content.secret).byteLength;
}

/** The service without the mounts that {@link plannedMounts} takes care of. */
export function withoutPlanned(service: Service): Service {
  return { ...service, volumes: service.volumes?.filter((mount) => !isOfProject(mount)) };
}

/** The paths of the project that a service mounts. */
export function projectPaths({ volumes = [] }: Service): string[] {
  return volumes.filter(isOfProject).flatMap(({ source }) => source ?? []);
}

/** Whether a mount is that of a path of the project. */
export function isOfProject(mount: Mount): boolean {
  return mount.type === "bind" && !posix.isAbsolute(mount.source ?? "/");
}

function secretMount(
  name: string,
  use: FileMount,
  config: ComposeConfig,
  { own, variable }: MountSources,
): PlannedMount {
  const source = use.source ?? "";
  const secret = config.secrets?.[source];
  const target = posix.resolve("/run/secrets", use.target ?? source);
  const file = (content: PlannedFile["content"]): PlannedMount => ({
    target,
    files: [{ path: "", content, permissions: octal(use.mode, "0444") }],
  });
  if (secret?.environment) {
    const text = variable(secret.environment);
    if (text === undefined) {
      throw new MountError(
        `The service ${name} takes the secret ${source} from ${secret.environment}, which is not set: pulumi config set --secret --path slipway:env.${secret.environment}.`,
      );
    }
    return file({ text, isSecret: true });
  }
  const bytes = secret?.file === undefined ? undefined : own.bytes(secret.file);
  if (!bytes) {
    throw new MountError(
      `The service ${name} takes the secret ${source} from the file ${secret?.file}, which is not there: create it.`,
    );
  }
  return file({ secret: bytes });
}

function configMount(
  name: string,
  use: FileMount,
  config: ComposeConfig,
  { release, variable }: MountSources,
): PlannedMount {
  const source = use.source ?? "";
  const definition = config.configs?.[source];
  const target = posix.resolve("/", use.target ?? source);
  const file = (content: PlannedFile["content"]): PlannedMount => ({
    target,
    files: [{ path: "", content, permissions: octal(use.mode, "0444") }],
  });
  if (definition?.content !== undefined) {
    return file({ text: definition.content });
  }
  if (definition?.environment) {
    const text = variable(definition.environment);
    if (text === undefined) {
      throw new MountError(
        `The service ${name} takes the config ${source} from ${definition.environment}, which is not set: pulumi config set --path slipway:env.${definition.environment} <value>.`,
      );
    }
    return file({ text });
  }
  const mode = octal(use.mode, "0444");
  const bundle = definition?.file === undefined ? undefined : release.bundle(definition.file, mode);
  if (bundle !== undefined) return { target, files: [], bundle };
  const bytes = definition?.file === undefined ? undefined : release.bytes(definition.file);
  if (!bytes) {
    throw new MountError(
      `The service ${name} takes the config ${source} from the file ${definition?.file}, which is not there: create it.`,
    );
  }
  return file({ bytes });
}

function bindMount(name: string, mount: Mount, service: Service, { release }: MountSources): PlannedMount {
  const { source = "", target = "" } = mount;
  const bundle = release.bundle(source);
  if (bundle !== undefined) return { target, files: [], bundle };
  const single = release.bytes(source);
  const [executable, plain] = isBare(service) ? ["0755", "0644"] : ["0555", "0444"];
  const permissions = (path: string): string => (release.isExecutable(path) ? executable : plain) as string;
  if (single) {
    return { target, files: [{ path: "", content: { bytes: single }, permissions: permissions(source) }] };
  }
  const files = release.list(source);
  if (!files || files.length === 0) {
    throw new MountError(
      `The service ${name} mounts ${source}, which is not there or empty: create it, or take the mount away.`,
    );
  }
  const found = files.map((path) => ({
    path,
    content: { bytes: release.bytes(posix.join(source, path)) ?? new Uint8Array() },
    permissions: permissions(posix.join(source, path)),
  }));
  return { target, files: [...found, ...placesIn(target, files, service)] };
}

/**
 * What else a service mounts into a folder of the release needs a place there, as nobody can make one in what is read-only: `.:/app` with
 * `/app/node_modules` on a volume. Git holds no empty folder, so an empty file makes it.
 */
function placesIn(target: string, files: readonly string[], { volumes = [], tmpfs = [] }: Service): PlannedFile[] {
  const others = [...volumes.map((mount) => mount.target ?? ""), ...tmpfs.map((entry) => entry.split(":", 1)[0] ?? "")];
  const below = others.map((other) => posix.relative(target, other)).filter((path) => !/^(\.\.(\/|$)|$)/.test(path));
  const missing = [...new Set(below)].filter((path) => !files.some((file) => `${file}/`.startsWith(`${path}/`)));
  return missing.sort().map((path) => ({
    path: isCalledAsFile(path) ? path : `${path}/.mounted`,
    content: { bytes: new Uint8Array() },
    permissions: "0444",
  }));
}

/**
 * A mode as octal text with a leading 0. The compose file's is octal already; `otherwise` stands where it gives none.
 */
function octal(mode: string | undefined, otherwise: string): string {
  return mode === undefined ? otherwise : `0${mode.replace(/^0o?/, "")}`;
}
