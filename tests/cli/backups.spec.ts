import assert from "node:assert/strict";
import { backupIdentity } from "../../backup/age/keys";
import { keysAtHand, recipientsOf } from "../../cli/backupKeys";
import { table } from "../../cli/backups";
import { servicesOf } from "../../cli/openStore";
import { chosen } from "../../cli/restore";
import type { Manifest, Saved } from "../../backup/manifest";
import { Folder } from "../release/folder";

const saved = (kind: Saved["kind"], bytes: number): Saved => ({
  kind,
  file: "file",
  image: "image",
  volumes: [],
  bytes,
  sha256: "a".repeat(64),
  at: "2026-11-21T14:30:22.000Z",
});

const backup = (id: string, more: Partial<Manifest>): Manifest => ({
  version: 1,
  id,
  project: "shop",
  stage: "production",
  at: "2026-11-21T14:30:22.000Z",
  from: "v1",
  to: "v2",
  services: { db: saved("postgres", 12_345_678), cache: saved("redis", 226) },
  known: { db: { kind: "postgres" } },
  ...more,
});

describe("slipway backups", () => {
  it("lists what each holds, and why it was taken", () => {
    const asked = backup("b20261121-150000", { from: null, to: null, services: { db: saved("postgres", 1e6) } });
    assert.deepEqual(table([asked, backup("b20261121-143022", {})], "production").split("\n"), [
      "BACKUP            TAKEN (UTC)       RELEASE  WHY            HOLDS                                        ENCRYPTED FOR",
      "b20261121-150000  2026-11-21 14:30  ?        was asked for  db (postgres, 1.0 MB)                        nobody: in clear",
      "b20261121-143022  2026-11-21 14:30  v1       before v2      db (postgres, 12.3 MB), cache (redis, 1 kB)  nobody: in clear",
    ]);
  });

  it("tells the keys that each is encrypted for, and what of it is not", () => {
    const [one, two] = ["age1vj96uwa5dd6m7", "age1dd4c0c7w2s7aa"];
    const db = { ...saved("postgres", 1e6), age: [one, two] };
    const last = (services: Manifest["services"]): string | undefined =>
      table([backup("b1", { services })], "production")
        .split("  ")
        .at(-1);
    assert.equal(last({ db, cache: { ...saved("redis", 1), age: [one] } }), "age1vj96uwa5…, age1dd4c0c7w…");
    assert.equal(last({ db, cache: saved("redis", 1) }), "age1vj96uwa5…, age1dd4c0c7w… (in part)");
  });

  it("says what takes the first where there is none", () => {
    assert.match(table([], "production"), /slipway backup -s production\.$/);
  });
});

describe("the keys that slipway backup encrypts for", () => {
  const own = "age1vj96uwa5dd6m7pwwnk7ta43emkjgtrpladxjc9tec0yh6l5829csta7vzg";
  const other = "age1dd4c0c7w2s7aaq9p04ys7e2a4v3qutud089shxzxeywft9zw4vgqglggrs";

  /** Where Pulumi knows of no such stage. */
  async function within<T>(config: string, work: () => Promise<T>): Promise<T> {
    using folder = new Folder();
    folder.write({ "Pulumi.yaml": "name: shop\nruntime: nodejs\n", "Pulumi.production.yaml": config });
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      return await work();
    } finally {
      process.chdir(before);
    }
  }

  it("are that of the newest backup where the state cannot be had, and those of the settings", async () => {
    const config = `config:\n  slipway:backup:\n    recipients: [${other}]\n`;
    const found = await within(config, () =>
      recipientsOf("production", [{ recipient: "age1old" }, { recipient: own }, {}]),
    );
    assert.deepEqual(found, { own, others: [other] });
    assert.deepEqual(await within("config: {}\n", () => recipientsOf("production", [])), {
      own: undefined,
      others: [],
    });
  });

  it("are refused where the settings have something else", async () => {
    const config = `config:\n  slipway:backup:\n    recipients: [age1nonsense]\n`;
    await assert.rejects(
      within(config, () => recipientsOf("production", [])),
      /slipway:backup\.recipients\[?\.?0\]? must be a public key of age, age1…, as age-keygen -y key\.txt prints it: a character/,
    );
  });
});

describe("the key that slipway restore reads with", () => {
  const identity = backupIdentity("one");

  it("is in the file that is named", async () => {
    using folder = new Folder();
    folder.write({ "key.txt": `# mine\n${identity}\n` });
    const file = folder.at("key.txt");
    assert.deepEqual(await keysAtHand("production", file), { identities: [identity], place: file });
    const none = folder.at("none.txt");
    await assert.rejects(keysAtHand("production", none), /none\.txt, which --identity names, cannot be read: /);
  });
});

describe("slipway restore", () => {
  it("restores all services of a backup, or those that are named", () => {
    assert.deepEqual(chosen(backup("b1", {}), undefined), ["db", "cache"]);
    assert.deepEqual(chosen(backup("b1", {}), ["cache", "cache"]), ["cache"]);
    assert.throws(() => chosen(backup("b1", {}), ["web"]), /b1 holds nothing of a service web: it holds db, cache\./);
  });
});

describe("slipway backup", () => {
  const containers = [
    {
      service: "db",
      image: `127.0.0.1:5000/shop/postgres@sha256:${"a".repeat(64)}`,
      volumes: ["/var/lib/postgresql/data"],
    },
    { service: "cache", image: `127.0.0.1:5000/shop/redis@sha256:${"a".repeat(64)}`, volumes: [] },
    { service: "web", image: `127.0.0.1:5000/shop/web@sha256:${"a".repeat(64)}`, volumes: ["/data"] },
  ];

  it("saves what the last promotion knew to be saved", () => {
    const promotion = backup("b1", { known: { web: { kind: "own", command: "a", restore: "b" } } });
    const asked = backup("b2", { to: null, known: {} });
    assert.deepEqual(servicesOf([promotion, asked], containers), promotion.known);
  });

  it("saves what it recognises before there was one", () => {
    assert.deepEqual(servicesOf([], containers), { db: { kind: "postgres" } });
  });
});
