import { parseArgs } from "node:util";
import { Data } from "../tests/e2e/data";
import { pulumi, runner } from "../tests/e2e/engines";
import { succeeds } from "../tests/e2e/expect";
import { GuardedRegistry } from "../tests/e2e/registry";
import { checkBuilt, missing, noPulumi } from "../tests/e2e/requirements";

const usage = `Usage: npm run bench:backup -- [--engine pulumi|runner] [--megabytes 100] [--rounds 3]

Promotes a release of an application whose database is of some size, the backup before it included, and restores that backup into a
scratch container. The bar is seed 004's: a promotion of a 100 MB database within 30 s.`;

/** The most, in seconds, that a whole promotion may take. */
const bar = 30;

/** The figures of one promotion, in seconds. */
interface Round {
  promotion: number;
  /** The part of it that saved the database. */
  saved: number;
  /** The backup's size in bytes. */
  bytes: number;
  scratch: number;
}

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      engine: { type: "string", default: "pulumi" },
      megabytes: { type: "string", default: "100" },
      rounds: { type: "string", default: "3" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const kind = values.engine === "runner" ? runner : pulumi;
  const reason = (await missing()) ?? (kind === pulumi ? await noPulumi() : undefined);
  if (reason) {
    console.error(`bench: nothing was measured: ${reason}`);
    return 1;
  }
  checkBuilt();
  const data = await Data.open(kind);
  try {
    const size = await begin(data, Number(values.megabytes));
    const rounds: Round[] = [];
    for (let round = 1; round <= Number(values.rounds); round++) {
      rounds.push(await promote(data, round));
    }
    console.log(`\n${table(rounds, size, kind.name)}`);
    return 0;
  } finally {
    await data.project.dispose();
    await GuardedRegistry.end();
  }
}

/** @returns the size of the databases, in megabytes */
async function begin(data: Data, megabytes: number): Promise<number> {
  const { engine } = data.project;
  await succeeds(engine.up("staging"));
  await succeeds(engine.up("production"));
  await data.write({ rows: ["one"], key: "one", note: "one" });
  // Text that cannot be compressed away.
  await data.sql("CREATE TABLE filling (id bigserial PRIMARY KEY, a text, b text, at timestamptz DEFAULT now())");
  const insert =
    "INSERT INTO filling (a, b) SELECT md5(random()::text), md5(random()::text) FROM generate_series(1, 50000)";
  for (;;) {
    const [size = "0"] = await data.sql("SELECT sum(pg_database_size(oid)) FROM pg_database");
    if (Number(size) >= megabytes * 1e6) {
      return Number(size) / 1e6;
    }
    await data.sql(insert);
  }
}

async function promote(data: Data, round: number): Promise<Round> {
  await data.another("app", `round${round}`);
  await succeeds(data.project.engine.up("staging"));
  const { seconds, text } = await succeeds(data.project.engine.up("production"));
  const [backup] = await data.backups();
  const started = performance.now();
  const { code, stderr } = await data.slipway("restore", backup?.id ?? "none", "--scratch", "--service", "db");
  if (code !== 0) {
    throw new Error(stderr);
  }
  return {
    promotion: seconds,
    saved: Number(/saved db: .* in ([\d.]+) s/.exec(text)?.[1]),
    bytes: backup?.services["db"]?.bytes ?? 0,
    scratch: (performance.now() - started) / 1000,
  };
}

function table(rounds: Round[], size: number, engine: string): string {
  const rows = rounds.map(({ promotion, saved, bytes, scratch }, index) =>
    [
      index + 1,
      `${promotion.toFixed(1)} s`,
      `${saved.toFixed(1)} s`,
      `${(bytes / 1e6).toFixed(1)} MB`,
      `${scratch.toFixed(1)} s`,
    ].join(" | "),
  );
  const slowest = Math.max(...rounds.map(({ promotion }) => promotion));
  return [
    `Databases of ${size.toFixed(0)} MB, on ${engine}:`,
    "",
    "| round | whole promotion | of it, saving the database | its backup | restored into a scratch container |",
    "| ----- | --------------- | -------------------------- | ---------- | --------------------------------- |",
    ...rows.map((row) => `| ${row} |`),
    "",
    `${slowest <= bar ? "met" : "missed"}: the slowest promotion took ${slowest.toFixed(1)} s; the bar is ${bar} s.`,
  ].join("\n");
}
