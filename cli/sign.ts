import { parseArgs } from "node:util";
import { openLedger } from "../plan/ledgerRelease";
import { publicKeysIn } from "../release/signing/keys";
import { releaseClaim } from "../release/signing/proof";
import { sealOf } from "../release/signing/seal";
import { addSignature } from "../release/signing/signatures";
import { parseWanted } from "../release/wanted";
import { confirm } from "./confirm";
import { selectStage } from "./stage";
import { keyOfStage } from "./signingKey";
import { print } from "../errors/print";

const usage = `Usage: slipway sign <release> -s <the stage that builds> [--yes]
       slipway sign --documents -s <stage> [--yes]

Takes over what bears no signature, after a look: a release from before releases were signed, or, with --documents, what the ledger
keeps of a stage (its history, and which of its jobs ran), where that is not what the stage itself wrote last.

  -s, --stack <stage>   whose key signs; default: the stack selected with pulumi stack select
  --documents           sign what the ledger keeps of the stage, as it is
  -y, --yes             do not ask
  -h, --help            say this`;

/**
 * Signs a release, or what the ledger keeps of a stage, with the stage's key.
 *
 * @throws Error where there is nothing to sign, nobody agrees, or the stage has no key
 */
export async function sign(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      stack: { type: "string", short: "s" },
      documents: { type: "boolean" },
      yes: { type: "boolean", short: "y" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    print(usage);
    return;
  }
  if (positionals.length !== (values.documents ? 0 : 1)) {
    throw new Error(`Name one release, or say --documents.\n\n${usage}`);
  }
  const { project, stage, registry } = await selectStage(values.stack);
  const pair = await keyOfStage(stage);
  const agree = async (question: string): Promise<void> => {
    if (!values.yes && !(await confirm(question))) throw new Error("Nothing was signed.");
  };
  if (values.documents) {
    const { ledger, registry: client } = await openLedger(registry, project, {
      ...sealOf(stage, pair.privateKey),
      takesOver: true,
    });
    await client.ping();
    const [runs, jobs] = [await ledger.history(stage), await ledger.jobRuns(stage)];
    const last = runs
      .slice(-3)
      .map(({ release, at, by }) => `  ${at.slice(0, 16).replace("T", " ")} ${release} by ${by}`);
    print(`The ledger says that ${stage} ran ${runs.length === 0 ? "nothing" : `, last:\n${last.join("\n")}`}`);
    print(`and that ${jobs.runs.length} runs of jobs came to their end.`);
    await agree(`Is that so?`);
    await ledger.signDocuments(stage, true);
    print(`Signed what the ledger keeps of ${stage}.`);
    return;
  }
  const { ledger, registry: client } = await openLedger(registry, project);
  await client.ping();
  const wanted = parseWanted(positionals[0] ?? "");
  const name = wanted.name ?? (await ledger.nameOf(wanted.record ?? ""));
  const release = await ledger.read(name, wanted.record);
  const record = wanted.record ?? (await ledger.digestOf(name)) ?? "";
  const missing = await ledger.missing(release);
  if (missing.length > 0) throw new Error(`The release ${name} is not whole: ${missing.join("; ")}.`);
  print(`${name}, made of commit ${release.commit} at ${release.createdAt}, record ${record}`);
  for (const [service, { digest }] of Object.entries(release.images)) print(`  ${service.padEnd(16)} ${digest}`);
  print(`  files            ${Object.keys(release.files).sort().join(", ")}`);
  await agree(`Sign it, so that every stage takes it for one that ${stage} has proved?`);
  const [key] = publicKeysIn(pair.publicKey, "The stage's key");
  const claim = { repository: ledger.repository, digest: record, says: { [releaseClaim]: name } };
  await addSignature(client, claim, pair.privateKey);
  print(`Signed ${name} with the key ${key?.id}.`);
}
