import assert from "node:assert/strict";
import { kindOfImage } from "../../backup/images";

const images: [string, string | undefined][] = [
  ["postgres", "postgres"],
  ["postgres:16-alpine", "postgres"],
  ["docker.io/library/postgres:16", "postgres"],
  ["127.0.0.1:5000/shop/postgres@sha256:" + "a".repeat(64), "postgres"],
  ["postgis/postgis:16-3.4", "postgres"],
  ["timescale/timescaledb:2.17.2-pg16", "postgres"],
  ["timescale/timescaledb-ha:pg16", "postgres"],
  ["pgvector/pgvector:pg16", "postgres"],
  ["prometheuscommunity/postgres-exporter", undefined],
  ["postgrest/postgrest", undefined],
  ["dpage/pgadmin4", undefined],
  ["redis:7", "redis"],
  ["valkey/valkey:8", "redis"],
  ["redis/redis-stack-server", "redis"],
  ["redis/redisinsight", undefined],
  ["oliver006/redis_exporter", undefined],
  ["arangodb:3.12", "arangodb"],
  ["arangodb/arangodb", "arangodb"],
  ["arangodb/enterprise:3.12", "arangodb"],
  ["shop/enterprise", undefined],
  ["neo4j:5-community", "neo4j"],
  ["node:22", undefined],
];

describe("the program in an image", () => {
  for (const [reference, kind] of images) {
    it(`is ${kind ?? "none that is known"} in ${reference}`, () => assert.equal(kindOfImage(reference), kind));
  }
});
