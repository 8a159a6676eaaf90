import { type Decode, dictOf, listOf, record } from "./decode";
import { hosts, texts, ulimit, variables } from "./mappings";
import { anyText, fileMode, flag, size, text } from "./scalars";
import { isDict } from "../tree";

const textList = listOf(anyText);

/** A secret or config as a service takes it. */
export const fileMount: Decode = record({ source: text, target: text, uid: text, gid: text, mode: fileMode });

const sshKeys: Decode = (value) => {
  if (!isDict(value)) return undefined;
  return Object.entries(value).map(([id, path]) => (path === null ? id : `${id}=${String(path)}`));
};

/** How an image is built. */
export const build: Decode = record({
  context: text,
  dockerfile: text,
  dockerfile_inline: text,
  entitlements: textList,
  args: variables,
  provenance: text,
  sbom: text,
  ssh: sshKeys,
  labels: texts,
  cache_from: textList,
  cache_to: textList,
  no_cache: flag,
  additional_contexts: texts,
  pull: flag,
  extra_hosts: hosts,
  isolation: text,
  network: text,
  target: text,
  secrets: listOf(fileMount),
  shm_size: size,
  tags: textList,
  ulimits: dictOf(ulimit),
  platforms: textList,
  privileged: flag,
});
