import { isRemote } from "../paths";
import { type Verdicts, supported, unsupported, unsupportedWhen } from "./verdict";

const prefix = "services.*.build";
const notPassed = "this is not handed on to docker build: remove it";

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
    "shm_size",
    "target",
  ]),
  [`${prefix}.additional_contexts.*`]: unsupportedWhen(
    (context) => String(context).startsWith("service:"),
    "another service's image is no context: use several stages in one Dockerfile",
  ),
  [`${prefix}.context`]: unsupportedWhen(
    (context) => isRemote(String(context)),
    "a release is built from the project's own files: write a folder",
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
    secrets: "a build gets no secrets, as an image must not hold any: use them at run time",
    ssh: "a build gets no keys of its builder: copy what it needs into the context",
    tags: "images are named by their content: remove it, `slipway releases` lists them",
    ulimits: notPassed,
  }),
};
