import type { ReleaseImage, ReleaseRecord } from "../record";

/** An in-toto statement (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md). */
export interface Statement {
  _type: "https://in-toto.io/Statement/v1";
  subject: { name: string; digest: { sha256: string } }[];
  predicateType: string;
  predicate: unknown;
}

/** The type of SLSA's provenance (https://slsa.dev/spec/v1.0/provenance). */
export const provenanceType = "https://slsa.dev/provenance/v1";

/** Who made a release, and with what. */
export interface Making {
  /** A person, as git knows them. */
  by: string;
  /** Of Slipway. */
  version: string;
  /** The stage that built it. */
  stage: string;
  project: string;
  /** What the Docker Engine says of itself, such as `29.7.3`; undefined where it does not. */
  engine?: string;
  /** When it was proved: ISO 8601, UTC. */
  at: string;
}

/**
 * What an image of a release was made from, by whom, when and with which builder.
 *
 * @param services the compose services that run it
 */
export function provenanceOf(
  { repository, digest, platform }: ReleaseImage,
  services: readonly string[],
  { name, commit, dirty, createdAt, compose, buildArgs }: ReleaseRecord,
  { by, version, stage, project, engine, at }: Making,
): Statement {
  const args = Object.fromEntries(
    services.flatMap((service) => (buildArgs[service] ? [[service, buildArgs[service]]] : [])),
  );
  return statementOf({ repository, digest }, provenanceType, {
    buildDefinition: {
      buildType: "slipway:release/v1",
      externalParameters: { release: name, project, services, compose, platform, buildArgs: args },
      internalParameters: { stage, uncommittedFiles: dirty },
      resolvedDependencies: [{ uri: "git+file:.", digest: { gitCommit: commit } }],
    },
    runDetails: {
      builder: {
        id: `pkg:npm/slipway@${version}`,
        version: { slipway: version, ...(engine === undefined ? {} : { docker: engine }) },
      },
      metadata: { invocationId: name, startedOn: createdAt, finishedOn: at },
      byproducts: [],
    },
    by,
  });
}

/** A statement about an image. */
export function statementOf(
  { repository, digest }: Pick<ReleaseImage, "repository" | "digest">,
  predicateType: string,
  predicate: unknown,
): Statement {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: repository, digest: { sha256: digest.replace("sha256:", "") } }],
    predicateType,
    predicate,
  };
}
