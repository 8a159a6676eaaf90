import { kindOfRepository } from "../backup/images";
import { containersOf, heldPorts, onLoopback, type DeclaredContainer, type HeldPort } from "./container";
import { records, text } from "./declared";
import type { Rule } from "./rule";

/**
 * A database is reached from its own machine at most: by the services of its stage over their network, and by people
 * through SSH. The stage's own registry is treated like a database, because it asks for no password.
 */
export const databasesOnLoopback: Rule = {
  name: "databases-on-loopback",
  description: "The port of a database is published on loopback at most.",
  problems(resource) {
    return containersOf(resource).flatMap((container) => [
      ...onMachine(container),
      ...heldPorts(container)
        .filter((port) => leadsToData(container, port))
        .flatMap((port) => [
          ...(exposedBy(container).includes(Number(port.internal)) ? [] : beyond(container, port)),
          ...tunnelled(container, port),
        ]),
    ]);
  },
};

/** On the machine's own network no key says on which addresses it listens. */
function onMachine({ name, inputs }: DeclaredContainer): string[] {
  return inputs["networkMode"] === "host" && isDatabase(text(inputs["image"]) ?? "")
    ? [
        `${name} is a database on the machine's own network, where its port is open as it opens it: take network_mode: host away, and publish the port on loopback.`,
      ]
    : [];
}

function beyond({ name }: DeclaredContainer, port: HeldPort): string[] {
  if (port.isLoopback !== false) return [];
  const { port: held, instead } = onLoopback(port);
  return [
    `${name} publishes the port ${held} of a database beyond this machine's own addresses: write "${instead}", and reach it from elsewhere through SSH (ssh -L), or take the port away.`,
  ];
}

function tunnelled({ name }: DeclaredContainer, port: HeldPort): string[] {
  const { port: held } = onLoopback(port);
  return port.hosts.map(
    (host) =>
      `${name} has the port ${held} of a database reached from everywhere as ${host}: let that name lead to another service in slipway:tunnel.hostnames, and reach the database through SSH (ssh -L).`,
  );
}

/** The usual ports of databases, on which few other programs listen. */
const ports = new Set([
  1433, // SQL Server
  1521, // Oracle
  3306, // MySQL
  5432, // PostgreSQL
  6033, // ProxySQL
  6379, // Redis
  6432, // PgBouncer, PgCat, Odyssey
  7687, // Neo4j
  8529, // ArangoDB
  9042, // Cassandra
  9200, // Elasticsearch, OpenSearch
  11211, // memcached
  26257, // CockroachDB
  27017, // MongoDB
]);

/** The last part of the names of databases' images, besides the kinds whose data Slipway can save. */
const images =
  /^(mysql|mysql-server|mariadb|percona(-server)?|mongo|mongodb(-(community|enterprise)-server)?|keydb|dragonfly|memcached|cassandra|scylla|couchdb|couchbase|elasticsearch|opensearch|clickhouse|clickhouse-server|influxdb|cockroach|rethinkdb|etcd|surrealdb|qdrant|weaviate|milvus|questdb|pgvecto-rs)$/;

function leadsToData({ inputs, owners }: DeclaredContainer, { internal, protocol }: HeldPort): boolean {
  if (owners.includes("slipway:registry:LocalRegistry")) return true;
  return leadsToDatabase(text(inputs["image"]) ?? "", internal, protocol);
}

/**
 * Whether a port is that of a database, by the image's name or by the port inside. One that is said to speak HTTP is judged by the image
 * alone.
 */
export function leadsToDatabase(image: string, internal: unknown, protocol: string): boolean {
  return isDatabase(image) || (protocol !== "http" && ports.has(Number(internal)));
}

/** The label that names the ports inside a container that its compose file insists to open (`x-slipway.exposes`). */
export const exposedLabel = "slipway.exposes";

/** The ports that a container opens on purpose. */
export function exposedBy({ inputs }: Pick<DeclaredContainer, "inputs">): number[] {
  const found = records(inputs["labels"]).find(({ label }) => label === exposedLabel);
  return (text(found?.["value"]) ?? "").split(" ").filter(Boolean).map(Number);
}

/** The last part of the names of images that stand in front of a database and speak like it: who reaches one reaches the database. */
const poolers =
  /^(pgbouncer|pgpool(-?ii|2)?|pgcat|odyssey|supavisor|pgdog|proxysql|maxscale|mysql-router|mongos|twemproxy|nutcracker|envoy-redis)(-[a-z0-9-]+)?$/;

/** Whether an image is that of a database, or of what pools connections to one, by its name. */
function isDatabase(image: string): boolean {
  const path = image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  const last = path.split("/").at(-1) ?? "";
  return (
    kindOfRepository(path) !== undefined || images.test(last) || poolers.test(last) || /(^|\/)mssql\/server$/.test(path)
  );
}
