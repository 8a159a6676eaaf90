import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The two builders of Docker: they read ignore files in two ways, and have different options. */
export type Builder = "classic" | "buildkit";

/** The facts about `docker` that decide between them. */
export interface DockerClient {
  /** The value of DOCKER_BUILDKIT, where it is set. */
  wanted?: string;
  /** Whether the buildx plugin is there, which BuildKit needs since Docker 23. */
  hasBuildx: boolean;
  /** The client's version, such as `28.2.2`. */
  version: string;
}

/**
 * The builder that `docker build` uses: the one that DOCKER_BUILDKIT names, else BuildKit since Docker 23 where it can
 * be had. (https://docs.docker.com/build/buildkit/#getting-started, https://docs.docker.com/engine/release-notes/23.0/)
 */
export function chooseBuilder({ wanted, hasBuildx, version }: DockerClient): Builder {
  if (wanted) return /^(0|f|false)$/i.test(wanted) ? "classic" : "buildkit";
  return hasBuildx && parseInt(version, 10) >= 23 ? "buildkit" : "classic";
}

/**
 * The builder at hand. Where `docker` does not answer it is the classic one: the build itself will report the failure.
 *
 * @param env the environment that `docker build` runs in
 */
export async function builderAtHand(env: NodeJS.ProcessEnv = process.env): Promise<Builder> {
  const wanted = env["DOCKER_BUILDKIT"];
  if (wanted) return chooseBuilder({ wanted, hasBuildx: false, version: "" });
  const [version, buildx] = await Promise.all([said(["--version"], env), said(["buildx", "version"], env)]);
  return chooseBuilder({ hasBuildx: buildx !== undefined, version: /\d+(\.\d+)*/.exec(version ?? "")?.[0] ?? "0" });
}

/** The variable that makes `docker build` use a certain builder. */
export function builderVariable(builder: Builder): Record<string, string> {
  return { DOCKER_BUILDKIT: builder === "buildkit" ? "1" : "0" };
}

async function said(args: string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return promisify(execFile)("docker", args, { env }).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
}
