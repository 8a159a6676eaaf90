import { isPinned, isRemote } from "../paths";
import { type Verdicts, passedOver, supported, unsupported, unsupportedWhen } from "./verdict";

const prefix = "services.*.build";
const byRoot = "BuildKit mounts a secret as the Dockerfile says, and Compose leaves it out too";
const notPassed = "it says what becomes of a build besides its image, and a release is its images alone: remove it";

/** The verdicts on the keys of `build`: a key is supported where `docker build` has a flag for it. */
export const buildVerdicts: Verdicts = {
  [prefix]: { is: "supported" },
  ...supported(prefix, [
    "additional_contexts",
    "args",
    "cache_from",
    "dockerfile",
    "dockerfile_inline",
    "extra_hosts",
    "labels",
    "network",
    "no_cache",
    "pull",
    "secrets",
    "secrets.*.source",
    "secrets.*.target",
    "shm_size",
    "ssh",
    "target",
    "ulimits",
    "ulimits.*.soft",
    "ulimits.*.hard",
  ]),
  ...passedOver(prefix, { "secrets.*.uid": byRoot, "secrets.*.gid": byRoot, "secrets.*.mode": byRoot }),
  [`${prefix}.context`]: unsupportedWhen(
    (context) => isRemote(String(context)) && !isPinned(String(context)),
    "a release is built of what stays as it is: write a folder, or a git repository at a commit, without a login in it (https://example.com/app.git#<40 digits>)",
  ),
  [`${prefix}.platforms`]: unsupportedWhen(
    (platforms) => Array.isArray(platforms) && platforms.length > 1,
    "an image is built for the platform of the machine: write one platform",
  ),
  ...unsupported(prefix, {
    cache_to: notPassed,
    entitlements: "a build gets no privileges: remove it",
    isolation: "this is for Windows containers only: remove it",
    privileged: "a build gets no privileges: remove it",
    provenance: notPassed,
    sbom: notPassed,
    tags: "images are named by their content: remove it, `slipway releases` lists them",
  }),
};
