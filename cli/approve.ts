import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { openLedger } from "../plan/ledgerRelease";
import { believe } from "../release/signing/believe";
import { approvers, approversFolder } from "../release/signing/keyFiles";
import { generateKeys, publicKeyOf, publicKeysIn } from "../release/signing/keys";
import { approvalClaim } from "../release/signing/proof";
import { addSignature } from "../release/signing/signatures";
import { parseWanted } from "../release/wanted";
import { confirm } from "./confirm";
import { outputsOfStage, selectStage } from "./stage";
import { print, tell } from "../errors/print";

const usage = `Usage: slipway approve <release> -s <stage> [--key <file>] [--yes]

Says with a signature of your own that a stage may take a release over. A stage with slipway:approvals waits for as many of them.
The first time your key is made, and its public part written to ${approversFolder}/ in this folder: commit it there, since only who
stands there approves anything.

  -s, --stack <stage>   the stage that the release is approved for; default: the stack selected with pulumi stack select
  --key <file>          your private key in PEM; default: ~/.config/slipway/approve.key
  --name <name>         your name in ${approversFolder}/; default: your user name
  -y, --yes             do not ask
  -h, --help            say this`;

/**
 * Approves a release for a stage.
 *
 * @throws Error where the release is not believed, or the key cannot be read
 */
export async function approve(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      stack: { type: "string", short: "s" },
      key: { type: "string" },
      name: { type: "string" },
      yes: { type: "boolean", short: "y" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    print(usage);
    return;
  }
  const [asked, ...rest] = positionals;
  if (asked === undefined || rest.length > 0) throw new Error(`Name one release.\n\n${usage}`);
  const { project, stage, registry } = await selectStage(values.stack, { mayBeNew: true });
  const privateKey = ownKey(values.key ?? join(homedir(), ".config", "slipway", "approve.key"));
  const [key] = publicKeysIn(publicKeyOf(privateKey), "Your key");
  if (!key) throw new Error("Your key has no public part.");
  introduce(values.name ?? userInfo().username, key.pem, key.id);
  const { ledger, registry: client } = await openLedger(registry, project);
  await client.ping();
  const outputs = await outputsOfStage(stage);
  const trust = { root: process.cwd(), stage: `${project}/${stage}`, approvals: 0, teller: stage, told: outputs.key };
  const { name, record } = await believe(ledger, parseWanted(asked), trust);
  const release = await ledger.find(name, record);
  print(`${name}, made of commit ${release.commit} at ${release.createdAt}, record ${record}`);
  if (!values.yes && !(await confirm(`May ${stage} take it over?`))) throw new Error("Nothing was approved.");
  const claim = { repository: ledger.repository, digest: record, says: { [approvalClaim]: `${project}/${stage}` } };
  await addSignature(client, claim, privateKey);
  print(`Approved ${name} for ${stage} with the key ${key.id}.`);
}

/** Reads the person's key, and makes one where there is none. */
function ownKey(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8");
  const { privateKey } = generateKeys();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, privateKey, { mode: 0o600, flag: "wx" });
  tell(`made ${file}, the key that you approve with: keep it to yourself`);
  return privateKey;
}

function introduce(name: string, pem: string, id: string): void {
  if (approvers(process.cwd()).some(({ key }) => key.id === id)) return;
  const file = join(approversFolder, `${name}.pub`);
  if (existsSync(file)) {
    throw new Error(`${file} holds another key than yours: name another file with --name, or take the old one away.`);
  }
  mkdirSync(approversFolder, { recursive: true });
  writeFileSync(file, `# ${name} approves releases with this key\n${pem}`);
  tell(`wrote ${file}: have it committed, so that your approvals count`);
}
