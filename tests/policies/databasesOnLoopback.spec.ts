import assert from "node:assert/strict";
import { databasesOnLoopback } from "../../policies/databasesOnLoopback";
import { equipment, job, says, service, unknown } from "./declared";

const holds = (image: string, ...ports: unknown[]) =>
  says(databasesOnLoopback, service({ image, ports }, "shop-production-db"));

describe("the policy databases-on-loopback", () => {
  it("refuses a database's port on every address, and says what to write", () => {
    assert.deepEqual(holds("127.0.0.1:5000/shop/postgres@sha256:0", { internal: 5432, external: 5433 }), [
      'shop-production-db publishes the port 5433 of a database beyond this machine\'s own addresses: write "127.0.0.1:5433:5432", and reach it from elsewhere through SSH (ssh -L), or take the port away.',
    ]);
  });

  for (const ip of [undefined, "", "0.0.0.0", "::", "10.0.0.5", "128.0.0.1"]) {
    it(`refuses it on ${ip ?? "no address"}`, () =>
      assert.equal(holds("postgres:16", { internal: 5432, ip }).length, 1));
  }

  for (const ip of ["127.0.0.1", "127.8.8.8", "::1", "localhost"]) {
    it(`lets it be on ${ip}`, () => assert.deepEqual(holds("postgres:16", { internal: 5432, ip }), []));
  }

  for (const image of [
    "postgres",
    "registry.example.com:5000/team/postgres:16",
    "pgvector/pgvector:pg16",
    "timescale/timescaledb-ha",
    "mysql:8",
    "mariadb@sha256:0",
    "mongo",
    "mongodb/mongodb-community-server:8.0-ubi9",
    "qdrant/qdrant",
    "redis/redis-stack-server",
    "valkey/valkey",
    "arangodb/arangodb",
    "arangodb/enterprise:3.12",
    "neo4j:5",
    "mcr.microsoft.com/mssql/server:2022-latest",
    "clickhouse/clickhouse-server",
    "edoburu/pgbouncer:1.22",
    "bitnami/pgbouncer",
    "bitnami/pgpool",
    "proxysql/proxysql",
    "ghcr.io/postgresml/pgcat",
    "mariadb/maxscale",
    "supabase/supavisor",
  ]) {
    it(`knows ${image} as a database, on whatever port`, () =>
      assert.equal(holds(image, { internal: 15432 }).length, 1));
  }

  for (const image of [
    "prom/postgres-exporter",
    "mongo-express",
    "phpmyadmin",
    "shop/web",
    "redis-commander",
    "shop/enterprise",
    "nginx/server",
  ]) {
    it(`takes ${image} for none`, () => assert.deepEqual(holds(image, { internal: 8080 }), []));
  }

  it("refuses one on the machine's own network", () => {
    const on = (image: string) => says(databasesOnLoopback, service({ image, networkMode: "host" }, "db"));
    assert.deepEqual(on("postgres:16"), [
      "db is a database on the machine's own network, where its port is open as it opens it: take network_mode: host away, and publish the port on loopback.",
    ]);
    assert.deepEqual(on("shop/web"), []);
  });

  it("knows a database that was built here by its port, unless that speaks HTTP", () => {
    assert.equal(holds("shop/db", { internal: 5432 }).length, 1);
    assert.equal(holds("shop/db", { internal: "6379" }).length, 1);
    assert.equal(holds("shop/pool", { internal: 6432 }).length, 1, "a pooler leads to its database");
    assert.deepEqual(holds("shop/web", { internal: 8529, protocol: "http" }), []);
    assert.equal(holds("arangodb", { internal: 8529, protocol: "http" }).length, 1);
  });

  it("says nothing of an address that is not known yet", () => {
    assert.deepEqual(holds("postgres", unknown("ip", { internal: 5432 })), []);
  });

  it("treats the stage's registry, which asks for no password, like one, and the edge not", () => {
    assert.equal(says(databasesOnLoopback, equipment.registry({ ports: [{ internal: 5000 }] })).length, 1);
    assert.deepEqual(
      says(databasesOnLoopback, equipment.registry({ ports: [{ internal: 5000, ip: "127.0.0.1" }] })),
      [],
    );
    assert.deepEqual(
      says(databasesOnLoopback, equipment.edge({ image: "haproxy:3.2", ports: [{ internal: 443 }] })),
      [],
    );
  });

  it("looks into jobs", () => {
    assert.equal(says(databasesOnLoopback, job({ image: "postgres", ports: [{ internal: 5432 }] })).length, 1);
  });
});
