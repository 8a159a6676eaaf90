import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asking, inWords, isOnRunner } from "../../cli/told";
import { Folder } from "../release/folder";

/** As Pulumi's Automation API (3.248) records a command that failed. */
const recorded = (command: string, error: string): string =>
  `code: -2\n stdout: \n stderr: Command failed with exit code 3: pulumi ${command}\n${error}\n err?: Error: Command failed with exit code 3: pulumi ${command}\n${error}\n`;

const cases: [string, string, RegExp][] = [
  [
    "no such stage",
    recorded("stack output --json --stack production --non-interactive", "error: no stack named 'production' found"),
    /^Pulumi has no stage production of this project here: pulumi stack ls shows which there are; one that is missing is made by pulumi stack init <stage> and pulumi up -s <stage>\.$/,
  ],
  [
    "no login",
    recorded("stack ls --json", "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions"),
    /^Pulumi does not know here where states are kept: pulumi login, or, .* source \.pulumi-state\/env\.$/,
  ],
  [
    "no Pulumi",
    "Command failed with ENOENT: pulumi version\nspawn pulumi ENOENT",
    /^The pulumi command is not on PATH: /,
  ],
  [
    "no passphrase",
    recorded(
      "config --show-secrets",
      "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    ),
    /^The passphrase of the stage's secrets is missing or wrong: /,
  ],
  [
    "another trouble",
    recorded("stack output", "error: could not list stacks: disk on fire."),
    /^Pulumi does not tell of the stage production: see to it that pulumi stack output -s production answers here \(it says: could not list stacks: disk on fire\)\.$/,
  ],
];

describe("what Pulumi says to a command is put into words", () => {
  for (const [what, said, sentence] of cases) {
    it(`where there is ${what}`, () => {
      assert.match(inWords(said, { stage: "production", onRunner: false }), sentence);
    });
  }

  it("where only the embedded runner has the stage, with the runner's own commands", async () => {
    using folder = new Folder();
    mkdirSync(join(folder.path, ".slipway-runner", "shop"), { recursive: true });
    writeFileSync(join(folder.path, ".slipway-runner", "shop", "production.json"), "{}");
    assert.ok(isOnRunner("production", folder.path));
    assert.ok(!isOnRunner("staging", folder.path));
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      for (const [, said] of cases) {
        await assert.rejects(
          asking("production", () => Promise.reject(new Error(said))),
          {
            message:
              "The embedded runner has the stage production, and this command asks Pulumi, which does not have it: npx slipway-runner history -s production tells what ran when, npx slipway-runner outputs -s production what it runs, and npx slipway-runner up -s production clears up after an update that was killed.",
          },
        );
      }
    } finally {
      process.chdir(before);
    }
  });

  it("where no stage is named", () => {
    assert.match(inWords("error: no stack selected", { onRunner: false }), /^No stage is selected: pulumi stack ls/);
  });
});
