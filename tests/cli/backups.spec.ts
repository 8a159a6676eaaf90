import assert from "node:assert/strict";
import { table } from "../../cli/backups";
import { servicesOf } from "../../cli/openStore";
import { chosen } from "../../cli/restore";
import type { Manifest, Saved } from "../../backup/manifest";

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
      "BACKUP            TAKEN (UTC)       RELEASE  WHY            HOLDS",
      "b20261121-150000  2026-11-21 14:30  ?        was asked for  db (postgres, 1.0 MB)",
      "b20261121-143022  2026-11-21 14:30  v1       before v2      db (postgres, 12.3 MB), cache (redis, 1 kB)",
    ]);
  });

  it("says what takes the first where there is none", () => {
    assert.match(table([], "production"), /slipway backup -s production\.$/);
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
