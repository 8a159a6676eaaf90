import { ownImages } from "./ownImages";
import { z } from "zod";
import { allow } from "./allow";
import { backup } from "./backup";
import { check } from "./checks";
import { edge } from "./edge";
import { generate } from "./generate";
import { defaultMachine, machine } from "./machine";
import { wholeNumber } from "./numbers";
import { pathList } from "./paths";
import { registry } from "./registry";
import { signing } from "./signing";
import { flag, word } from "./texts";
import { tunnel } from "./tunnel";
import { variableName } from "./variables";

/** The namespace of all settings. */
export const namespace = "slipway";

/** The settings that a person may write, by name. */
export const schema = z.strictObject({
  compose: pathList
    .optional()
    .describe("The application: a path, or a list merged by Compose's rules. Part of the release."),
  overlay: pathList
    .default([])
    .describe("This stage's own compose files, for what may differ between stages. Not part of a release."),
  machine: machine.default(defaultMachine).describe("Where the stage runs."),
  registry: registry
    .default({ kind: "local", port: 5000, image: ownImages.registry, mirrors: {} })
    .describe("Where images and the ledger are kept."),
  env: z
    .record(
      variableName,
      z.union([z.string(), z.number(), z.boolean()], { error: "text, a number or true/false" }).transform(String),
      { error: "a map from variable names to values" },
    )
    .default({})
    .describe("What ${…} in the compose files is filled from."),
  generate: generate
    .default({})
    .describe("Secrets that the stage makes up for itself, which ${…} in the compose files is filled from as well."),
  promoteFrom: word(
    "the name of the stage to promote from, such as staging; take the setting away where this stage builds",
  )
    .optional()
    .describe("The stage whose release this one takes over; unset: this stage builds."),
  release: word(
    "the name of a release, such as v1a2b3c4-20261121-143022, or the digest of its record; take the setting away to follow on",
  )
    .optional()
    .describe("The release that this stage runs until the pin is removed."),
  approvals: wholeNumber(0, 10)
    .default(0)
    .describe(
      "How many people beside the stage that builds have to approve a release (slipway approve) before this stage takes it over.",
    ),
  signing: signing.default({}).describe("The key by which the stage signs."),
  allowDirty: flag.default(false).describe("Whether a release built from uncommitted files may be taken over."),
  allow: allow
    .default([])
    .describe(
      "What containers may reach of the machine although policies refuse it: capabilities, paths, security options, privileged.",
    ),
  edge: edge.default(edge.parse({})).describe("How the stage's HTTP services are reached."),
  tunnel: tunnel.optional().describe("How it is reached without an open port."),
  checks: z
    .array(check, { error: "a list of checks, such as [{ service: web, path: /health }]" })
    .default([])
    .describe("What a release must pass before the cutover, and through the edge after it."),
  watch: wholeNumber(0, 3600)
    .default(10)
    .describe("How long, in seconds, a new release is watched behind the edge before the cutover counts."),
  backup: backup
    .default(backup.parse({}))
    .describe(
      "What is kept of the backups that are taken before a promotion: how many at least, for how many days, and whose keys read them.",
    ),
  retention: wholeNumber(1, 10000).default(20).describe("How many releases the ledger keeps."),
});

/** Settings as they are written, checked, with defaults filled in. */
export type WrittenSettings = z.infer<typeof schema>;
