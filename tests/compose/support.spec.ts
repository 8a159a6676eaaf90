import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { checkSupported, verdicts } from "../../compose/support";
import type { Verdict } from "../../compose/support/verdict";
import { loadCompose } from "../../compose/load";
import { type PatternNode, patterns, step } from "../../compose/patterns";
import { formatProblem } from "../../compose/problems";
import { schemaFile } from "../../compose/schema-file";

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  definitions?: Record<string, Schema>;
}

const schema = JSON.parse(readFileSync(schemaFile, "utf8")) as Schema;

/** Every key that the schema knows, as a pattern; keys of free choice and elements of lists are `*`. */
function keysOf(node: Schema, prefix: readonly string[]): string[][] {
  if (node.$ref) return keysOf(schema.definitions?.[node.$ref.slice("#/definitions/".length)] ?? {}, prefix);
  const named = Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    return [[...prefix, key], ...keysOf(child, [...prefix, key])];
  });
  const free = Object.entries(node.patternProperties ?? {}).filter(([pattern]) => pattern !== "^x-");
  const inside = [...free.map(([, child]) => child), ...(node.items ? [node.items] : [])];
  const choices = (node.oneOf ?? []).flatMap((choice) => keysOf(choice, prefix));
  return [...named, ...inside.flatMap((child) => keysOf(child, [...prefix, "*"])), ...choices];
}

/** The verdict on a key: its own, or that of an unsupported or ignored key around it. */
function verdictOn(key: readonly string[]): Verdict | undefined {
  let node: PatternNode<Verdict> | undefined = patterns(verdicts);
  for (const [index, part] of key.entries()) {
    node = step(node, part);
    const verdict = node?.rule;
    const isWhole = verdict?.is === "ignored" || (verdict?.is === "unsupported" && !verdict.when);
    if (isWhole || index === key.length - 1) return verdict;
  }
  return undefined;
}

function unsupportedIn(text: string, more: Record<string, string> = {}): string[] {
  const files: Record<string, string> = { "compose.yaml": text, ...more };
  const loaded = loadCompose({
    files: Object.keys(files),
    source: { read: (path) => files[path] },
    env: {},
    projectName: "demo",
    profiles: ["job"],
  });
  return checkSupported(loaded).map(formatProblem);
}

describe("checkSupported", () => {
  it("knows every key of the Compose Specification", () => {
    const keys = new Map(keysOf(schema, []).map((key) => [key.join("."), key]));
    assert.ok(keys.size > 300, `only ${keys.size} keys were found in the schema`);
    const undecided = [...keys].filter(([, key]) => verdictOn(key) === undefined).map(([text]) => text);
    assert.deepEqual(undecided, []);
  });

  it("knows no key that the Compose Specification lacks", () => {
    const keys = new Set(keysOf(schema, []).map((key) => key.join(".")));
    const unknown = Object.keys(verdicts).filter((pattern) => !keys.has(pattern));
    assert.deepEqual(unknown, []);
  });

  it("says what to write instead of every key that it refuses", () => {
    for (const [pattern, verdict] of Object.entries(verdicts)) {
      if (verdict.is === "unsupported")
        assert.match(verdict.reason, /: |Slipway|under|themselves|write|leave/, pattern);
    }
  });

  it("takes an ordinary application as it is", () => {
    const text = `
services:
  web:
    build: {context: ., args: {A: 1}, target: t}
    ports: [{target: 80, published: 8080, app_protocol: http}]
    depends_on: {db: {condition: service_healthy}}
    networks: {default: {aliases: [www]}}
    deploy: {replicas: 1, resources: {limits: {cpus: "1", memory: 1g}}}
    logging: {driver: json-file}
  db:
    image: postgres:16
    healthcheck: {test: [CMD, pg_isready], interval: 5s}
    volumes: ["data:/data", "./conf:/conf:ro"]
    secrets: [{source: pw, mode: 0400}]
volumes: {data: }
secrets: {pw: {environment: PW}}
`;
    assert.deepEqual(unsupportedIn(text), []);
  });

  it("names file, line, column, key and reason of everything that it refuses", () => {
    const text = `services:
  web:
    image: a
    pid: host
    network_mode: container:other
    volumes_from: [db]
    deploy:
      mode: replicated-job
    ports: ["8000-8010:80"]
  api:
    image: a
    deploy: {replicas: 0}
    ports: ["127.0.0.1:8080:80", "9090:90"]
  db:
    image: b
    depends_on: {init: {condition: service_completed_successfully}}
    networks: {back: {interface_name: eth7}}
    ports: ["8080:80", "9090:90/udp"]
    volumes: ["/d:/d:Z", {type: image, source: x, target: /i}]
  init: {image: c, profiles: [job]}
networks: {back: {name: shared}}
volumes: {data: }
`;
    const lines = unsupportedIn(text);
    assert.deepEqual(
      lines.map((line) => line.split(": ", 2).join(" ")),
      [
        "compose.yaml:4:5 services.web.pid",
        "compose.yaml:5:5 services.web.network_mode",
        "compose.yaml:6:5 services.web.volumes_from",
        "compose.yaml:8:7 services.web.deploy.mode",
        "compose.yaml:9:13 services.web.ports[0]",
        "compose.yaml:12:14 services.api.deploy.replicas",
        "compose.yaml:17:23 services.db.networks.back.interface_name",
        "compose.yaml:18:13 services.db.ports[0]",
        "compose.yaml:19:27 services.db.volumes[1].type",
      ],
    );
    assert.match(lines[7] ?? "", /: the service api publishes 8080 already: take another port of the machine$/);
  });

  it("refuses a mount with a label of SELinux and a propagation, of which the provider has one at a time", () => {
    const [line = ""] = unsupportedIn("services: { web: { image: a, volumes: ['/d:/d:z,rshared'] } }");
    assert.match(line, /^compose\.yaml:1:\d+: services\.web\.volumes\[0\]: bind: Pulumi's Docker provider has a label/);
    assert.deepEqual(unsupportedIn("services: { web: { image: a, volumes: ['/d:/d:z', '/e:/e:rshared'] } }"), []);
  });

  it("says nothing of services that are not active", () => {
    const text = "services: {web: {image: a}, debug: {image: b, pid: host, profiles: [debug]}}";
    assert.deepEqual(unsupportedIn(text), []);
  });

  it("finds a port of the machine that is published twice, unless the addresses or protocols differ", () => {
    const two = (one: string, other: string): number =>
      unsupportedIn(`services: {a: {image: x, ports: ["${one}"]}, b: {image: x, ports: ["${other}"]}}`).length;
    assert.equal(two("80:80", "80:81"), 1);
    assert.equal(two("127.0.0.1:80:80", "80:81"), 1);
    assert.equal(two("0.0.0.0:80:80", "[::1]:80:81"), 1);
    assert.equal(two("127.0.0.1:80:80", "127.0.0.2:80:80"), 0);
    assert.equal(two("53:53", "53:53/udp"), 0);
    assert.equal(two("80", "80"), 0);
  });
});
