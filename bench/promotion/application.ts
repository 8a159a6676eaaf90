import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ModuleKind, transpileModule } from "typescript";
import { stringify } from "yaml";

/** One release of the application: the version of each of its services, and how the web service fails in production. */
export interface Edition {
  web: string;
  api: string;
  /** It never becomes healthy, or its check fails once it is behind the edge. */
  fails?: "health" | "check";
}

/** How long, in seconds, a container has to end the requests in flight. */
export const grace = 10;

const folder = join(__dirname, "app");

/** The files that both services' image is built from, by name; the programs are compiled. */
export function buildFiles(): Record<string, string> {
  const programs = ["server", "socket"].map((name) => {
    const text = readFileSync(join(folder, `${name}.ts`), "utf8");
    return [`${name}.js`, transpileModule(text, { compilerOptions: { module: ModuleKind.CommonJS } }).outputText];
  });
  const others = ["Dockerfile", "healthy.sh"].map((name) => [name, readFileSync(join(folder, name), "utf8")]);
  return Object.fromEntries([...programs, ...others]) as Record<string, string>;
}

/** The health check of both services, as Compose writes it. */
export const healthcheck = {
  test: ["CMD", "bash", "healthy.sh"],
  interval: "1s",
  timeout: "2s",
  retries: 3,
};

/** The compose file of a release, for Slipway. */
export function composeFile({ web, api, fails }: Edition): string {
  return stringify(
    {
      services: {
        web: {
          ...service(web, fails ?? ""),
          environment: { STAGE: "${SLIPWAY_STAGE:-none}", API_URL: "http://api:3000" },
          ports: [{ target: 3000, published: "${WEB_PORT:-8080}", protocol: "tcp", app_protocol: "http" }],
        },
        api: {
          ...service(api, ""),
          environment: { STAGE: "${SLIPWAY_STAGE:-none}" },
          expose: ["3000"],
          "x-slipway": { http: [3000] },
        },
      },
    },
    { aliasDuplicateObjects: false },
  );
}

function service(version: string, fails: string): Record<string, unknown> {
  return {
    build: { context: "./app", args: { VERSION: version, FAILS: fails } },
    restart: "unless-stopped",
    stop_grace_period: `${grace}s`,
    healthcheck,
  };
}
