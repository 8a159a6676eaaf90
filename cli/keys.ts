import { parseArgs } from "node:util";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { approvers, approversFolder, keyFile, releaseKeys } from "../release/signing/keyFiles";
import { outputsOfStage, openStage } from "./stage";
import { columns } from "./table";
import { asking } from "./told";
import { print, printJson } from "../errors/print";

const usage = `Usage: slipway keys [-s <stage>] [--rotate] [--json]

Lists the public keys by which this project's releases and approvals are known, and which of them a stage signs with now.

  -s, --stack <stage>   the stage; default: the stack selected with pulumi stack select
  --rotate              have the next pulumi up of the stage make another key; the one before stays known until you take it out of
                        ${keyFile}
  --json                print the list as JSON
  -h, --help            say this`;

/**
 * Lists keys, or has a stage's key changed.
 *
 * @throws Error where a file with keys cannot be read, or there is no such stage
 */
export async function keys(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string", short: "s" },
      rotate: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    print(usage);
    return;
  }
  const { stage } = await openStage(values.stack);
  if (values.rotate) {
    const text = new Date().toISOString().slice(0, 19);
    await asking(stage, async () => {
      const workspace = await LocalWorkspace.create({ workDir: process.cwd() });
      await workspace.setConfig(stage, "slipway:signing.rotate", { value: text }, true);
    });
    print(
      `Set slipway:signing.rotate to ${text}: pulumi up -s ${stage} makes the new key, and writes it to ${keyFile}.`,
    );
    return;
  }
  const { key } = await outputsOfStage(stage).catch(() => ({ key: undefined }));
  const listed = [
    ...(releaseKeys(process.cwd()) ?? []).map(({ id, pem }) => ({
      key: id,
      file: keyFile,
      use: pem.trim() === key?.trim() ? `signs for ${stage} now` : "is believed",
    })),
    ...approvers(process.cwd()).map(({ name, key: { id } }) => ({
      key: id,
      file: `${approversFolder}/${name}.pub`,
      use: `${name} approves`,
    })),
  ];
  if (values.json) printJson(listed);
  else if (listed.length === 0) print(`There is no ${keyFile} here yet: pulumi up of the stage that builds writes it.`);
  else print(columns([["KEY", "FILE", "USE"], ...listed.map(({ key, file, use }) => [key, file, use])]));
}
