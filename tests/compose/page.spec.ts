import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verdicts } from "../../compose/honour";
import type { Verdict } from "../../compose/honour/verdict";

const page = join(__dirname, "../../docs/compose.md");

const introduction = `# What of the Compose Specification is honoured

Slipway reads compose files as \`docker compose config\` does: merging, \`\${…}\` in all its forms, \`.env\`, \`env_file\`, \`extends\`,
\`include\`, anchors and \`x-\` keys, short and long forms. What becomes of each key is below; a key is honoured, makes no
difference, or is refused with file, line, column and reason before anything is touched. None is silently left out.

This page is made from the table that decides (\`compose/honour/\`) by
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
    "## Refused\n",
    "| key | when | instead |\n|---|---|---|",
    ...of("refused").map(([key, { reason, when }]) => row(`\`${key}\``, when ? "some values" : "always", reason)),
    "\n## Without a difference\n",
    "| key | why |\n|---|---|",
    ...of("harmless").map(([key, { why }]) => row(`\`${key}\``, why)),
    "\n## Honoured\n",
    `${of("honoured")
      .map(([key]) => `\`${key}\``)
      .join(", ")}.`,
    "",
  ].join("\n");
}
