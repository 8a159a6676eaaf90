import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { silent } from "./silent";
import { verdicts } from "../../compose/support";
import type { Verdict } from "../../compose/support/verdict";

const page = join(__dirname, "../../docs/compose.md");

const introduction = `# What of the Compose Specification is supported

Slipway reads compose files as \`docker compose config\` does: merging, \`\${…}\` in all its forms, \`.env\`, \`env_file\`, \`extends\`,
\`include\`, anchors and \`x-\` keys, short and long forms. What becomes of each key is below; a key is supported, makes no
difference, or is refused with file, line, column and reason before anything is touched. None is silently left out.

## What is built

A \`build:\` section is built by the builder that Docker has: BuildKit, or the classic one (without the buildx plugin, or with
\`DOCKER_BUILDKIT=0\`). \`.dockerignore\` is read as Docker reads it, \`<Dockerfile>.dockerignore\` by BuildKit alone, and \`additional_contexts\`
need BuildKit, as do \`secrets\` and \`ssh\`; where there is none, the refusal says so. A context \`service:base\` is that service's image, which is built
first and given by digest, and what is built of it comes anew with it. A secret reaches the builder as a file or by its environment and is in no image, log or argument; the
\`context\` may be a git repository at a commit. What Slipway and Pulumi keep in the project's folder is never sent ([why, and what else counts](decisions/contexts.md)).

## What is shared with the machine, or there several times

Devices, GPUs, \`ipc\`, \`group_add\` and the options of mounts are handed on. A service with a device that one program at a time has (a serial port,
a camera), with an address of its own, on the machine's own network (\`network_mode: host\`) or on another service's is stopped before it is replaced; one
that uses a GPU runs beside its successor for a while, so both have to fit. Whoever is on a service's network comes anew with it. On the machine's own
network \`ports\` make no difference and no edge stands in front; a database is refused there. \`nocopy\` and \`subpath\` of a volume take Docker Engine 26,
\`mac_address\` 25. Policies may refuse what amounts to the machine ([policies](policies.md)).

\`scale\` and \`deploy.replicas\` run so many containers. Behind the edge they answer by turns, by a port or by name, and all of them move with the cutover; what
has data, and so is stopped first, is stopped and replaced one by one. A stage that gets its first service of several containers behind its edge gets a new edge.

## Services that run once

A service of the profile \`job\` (a migration, collectstatic, a seed) is no part of what runs: an update runs it once with the
new release's image, after the data services and before the others ([why and when](decisions/jobs.md)). A service of the
profile \`check\` runs where \`slipway:checks\` names it (\`{ run: smoke }\`), against the new containers, and must exit 0. Both
profiles are always active; other profiles are those of \`COMPOSE_PROFILES\`.

Without that profile a service is a job as well, and the preview says so, where others wait for its end (\`service_completed_successfully\`), and
where nothing starts it again once it has ended well (\`restart: "no"\`, \`on-failure\`) and nobody can call it: it has no port and no health check, and no
other service waits for it or names it in its environment. A worker that is written so runs on with \`restart: unless-stopped\`.

With \`restart: on-failure:3\` (or \`deploy.restart_policy\`) such a service is started again up to three times where it fails, as Docker does; without a
number ten times, which takes two minutes. Else \`restart\` and \`healthcheck\` make no difference to it, as it runs to its end once. Refused,
with file, line and column, are published ports, both profiles on one service,
\`service_healthy\` on a job, a service or job that waits for a check, and \`x-slipway.onRollback\` on what is no job. Who depends on
a job waits for its end, whatever the condition.

## What is said in other words

What Compose means is kept; a stage has another way for it. The preview says what was taken for what.

| written | taken for |
|---|---|
| \`container_name\` | one more alias on each of the service's networks; containers have names of their own, as an update needs two |
| \`links: [db:mysql]\` | the alias mysql of db on the networks that both are on, and a dependency; a name that another service has there is refused |
| \`./data:/x\` for writing | data, or configuration; \`x-slipway: { writable: [./data] }\` makes data of what git holds: [volumes.md](volumes.md) |
| \`:z\`, \`:Z\` | handed on for an absolute path of the machine; for files of the project they mean nothing |
| a database's port beyond loopback | 127.0.0.1, with the \`ssh -L\` that leads there; \`x-slipway: { exposes: [5432] }\`, by the port inside, insists |
| \`networks.*.name\` | taken, where no other stage of the machine has it; a change of such a network stops what is on it |
| \`~\` | the home on this machine; on another one that of the user by whom it is reached; on a VM that has yet to be made \`slipway:env.HOME\` says it |
| an empty argument in \`command\` | handed over behind the image's entrypoint |

This page is made from the table that decides (\`compose/support/\`) by
\`UPDATE_COMPOSE_PAGE=1 npx mocha tests/compose/page.spec.ts\`.
`;

describe("docs/compose.md", () => {
  it("says what the table of verdicts says", () => {
    const text = render();
    if (process.env["UPDATE_COMPOSE_PAGE"]) {
      writeFileSync(page, text);
    }
    assert.equal(
      readFileSync(page, "utf8"),
      text,
      "docs/compose.md is out of date: UPDATE_COMPOSE_PAGE=1 makes it anew",
    );
  });
});

function render(): string {
  const of = <Kind extends Verdict["is"]>(kind: Kind) =>
    Object.entries(verdicts).filter((entry): entry is [string, Extract<Verdict, { is: Kind }>] => entry[1].is === kind);
  const row = (...cells: string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    introduction,
    silent,
    "## Refused\n",
    "| key | when | instead |\n|---|---|---|",
    ...of("unsupported").map(([key, { reason, when }]) => row(`\`${key}\``, when ? "some values" : "always", reason)),
    "\n## Without a difference\n",
    "| key | why |\n|---|---|",
    ...of("ignored").map(([key, { why }]) => row(`\`${key}\``, why)),
    "\n## Supported\n",
    `${of("supported")
      .map(([key]) => `\`${key}\``)
      .join(", ")}.`,
    "",
  ].join("\n");
}
