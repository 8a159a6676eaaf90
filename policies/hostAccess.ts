import { posix } from "node:path";
import { records, text, texts, within } from "./declared";
import { mountedIn, volumeAt, type DeclaredContainer } from "./container";
import type { StageFacts } from "./stage";

/** Something of the machine that a container reaches beyond what every container has. */
export interface Reach {
  /** What the container has, to follow its name: `has the capability SYS_ADMIN`. */
  has: string;
  /** What that means, and what to do instead, to end a sentence with. */
  means: string;
  /** The word for it in `slipway:allow`. */
  word: string;
  /** `told`: it does not give the machine away. `refused`: it does, or it is not known not to. */
  level: "told" | "refused";
}

/** What Docker gives every container (https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities). */
const usual = new Set([
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW"],
  ...["SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
]);

/** More than that, for the container's own network, its memory or the machine's clock (capabilities(7)); the machine's files stay out of reach. */
const bearable = new Set([
  ...["BLOCK_SUSPEND", "IPC_LOCK", "IPC_OWNER", "LEASE", "NET_ADMIN", "NET_BROADCAST", "SYS_NICE", "SYS_PACCT"],
  ...["SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM"],
]);

/** Folders of the machine that are there for data. */
const folders = /^\/(srv|opt|mnt|media|data|storage|backups?|volume\d*|var\/www|home\/[^/]+\/[^/.][^/]*)(\/|$)/;

/** What containers read of the machine to have its time, its certificates or its kernel's modules. */
const readable =
  /^(\/etc\/(localtime|timezone|hostname|os-release|ssl\/certs|pki\/ca-trust)|\/usr\/(local\/)?share\/(zoneinfo|ca-certificates)|\/(usr\/)?lib\/modules)(\/|$)/;

/** Devices that lead neither to disks nor to the machine's memory. */
const devices =
  /^\/dev\/(net\/tun|fuse|snd|dri|shm|null|zero|u?random|kvm|video\d+|tty(USB|ACM)\d+|serial\/by-(id|path))(\/|$)/;

/**
 * What a container reaches of the machine beyond what every container does: by lists of what is usual, since the list of what gives a machine away
 * has no end.
 *
 * @param stage its project has folders of its own, and its settings allow more
 * @returns all of it, whether or not `slipway:allow` has it
 */
export function reachOf({ inputs }: Pick<DeclaredContainer, "inputs">): Reach[] {
  return [
    ...(inputs["privileged"] === true
      ? [
          refused(
            "is privileged",
            "and so root on the machine: take privileged away, and give it what it needs with cap_add or devices",
            "privileged",
          ),
        ]
      : []),
    ...texts(within(inputs["capabilities"])["adds"]).flatMap(capability),
    ...texts(inputs["securityOpts"]).flatMap(confinement),
    ...records(inputs["devices"]).flatMap(({ hostPath }) => device(text(hostPath) ?? "")),
    ...["pid", "ipc", "userns"].flatMap((kind) =>
      inputs[`${kind}Mode`] === "host"
        ? [
            refused(
              `has the machine's own ${kind} namespace`,
              `which keeps containers apart: take ${kind}: host away`,
              `${kind}:host`,
            ),
          ]
        : [],
    ),
  ];
}

/** The machine's paths that a container reaches and that are not there for containers. */
export function pathsReached(
  container: Pick<DeclaredContainer, "inputs">,
  stage: Pick<StageFacts, "project" | "stage">,
): Reach[] {
  return mountedIn(container)
    .filter(({ path, readOnly }) => !isForContainers(path, readOnly, stage))
    .map(({ path }) =>
      refused(
        `mounts ${path}`,
        "which is no folder for data (/srv, /opt, /mnt, /media, /data, or one in a home): take a named volume or a folder there",
        path,
      ),
    );
}

/** Whether a path of the machine is there for containers to mount. */
export function isForContainers(
  path: string,
  readOnly: boolean,
  { project, stage }: Pick<StageFacts, "project" | "stage">,
): boolean {
  const plain = posix
    .normalize(path)
    .replace(/^\/+/, "/")
    .replace(/(?<=.)\/+$/, "");
  const own = [`/var/lib/${project}`, `/etc/${project}`].some((folder) => `${plain}/`.startsWith(`${folder}/`));
  // Slipway's own volumes with files are mounted so; whose a volume is, is another rule's business.
  if (volumeAt(plain)?.startsWith(`${project}-${stage}-`)) return true;
  return own || folders.test(plain) || devices.test(plain) || (readOnly && readable.test(plain));
}

/** Whether `slipway:allow` has what a container reaches: a capability in either spelling, a path with all that is in it. */
export function isAllowed({ word }: Pick<Reach, "word">, { allow = [] }: Pick<StageFacts, "allow">): boolean {
  if (!word.startsWith("/")) return allow.some((one) => spelling(one) === spelling(word));
  const path = `${posix.normalize(word)}/`;
  return allow.some((one) => one.startsWith("/") && path.startsWith(`${posix.normalize(one).replace(/\/+$/, "")}/`));
}

/** The problem of a container that reaches something, with the one line by which a person insists on it. */
export function sentenceOf(name: string, { has, means, word, level }: Reach): string {
  const insisting = level === "told" ? "" : `; where it cannot do without, write ${word} into slipway:allow`;
  return `${name} ${has}, ${means}${insisting}.`;
}

function capability(given: string): Reach[] {
  const name = spelling(given);
  if (usual.has(name)) return [];
  const has = `has the capability ${given}`;
  return bearable.has(name)
    ? [{ has, means: "which others have not: take it out of cap_add where it does without", word: name, level: "told" }]
    : [
        refused(
          has,
          "with which it is as good as root on the machine: take it out of cap_add, and add only what it needs",
          name,
        ),
      ];
}

/** See https://docs.docker.com/engine/containers/run/#security-configuration. */
function confinement(option: string): Reach[] {
  const [, kind = option, value = ""] = /^([a-z-]+)[=:](.*)$/s.exec(option) ?? [];
  const isUsual =
    kind === "no-new-privileges" ||
    (kind === "apparmor" && value !== "unconfined") ||
    (kind === "label" && /^(user|role|type|level):/.test(value)) ||
    (kind === "seccomp" && value === "builtin");
  if (isUsual) return [];
  const shown = value.length > 40 ? `${kind}:…` : `${kind}:${value}`;
  return [
    refused(
      `has the security_opt ${shown}`,
      "by which less keeps it from the machine than other containers: take it out of security_opt",
      shown,
    ),
  ];
}

function device(path: string): Reach[] {
  if (!machine.test(path)) return [];
  return [
    refused(
      `has the device ${path}`,
      "through which it reads and writes all that the machine has there: take it out of devices, and mount a folder or a volume",
      path,
    ),
  ];
}

/** Memory, disks and their parts (https://www.kernel.org/doc/html/latest/admin-guide/devices.html), and all devices at once. */
const machine =
  /^\/dev(\/|$|\/(mem|kmem|port|(sd|hd|vd|xvd)[a-z]+\d*|nvme\d.*|mmcblk\d.*|dm-\d+|md\d+|mapper\/.*|disk\/.*)$)\/?$/;

function refused(has: string, means: string, word: string): Reach {
  return { has, means, word, level: "refused" };
}

function spelling(word: string): string {
  return text(word)?.toUpperCase().replace(/^CAP_/, "").replace("=", ":") ?? "";
}
