import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { planHere } from "../machine/here";
import { Folder } from "../release/folder";

/** What planning says of files, line by line; nothing where it has nothing against them. */
async function said(
  files: Record<string, string>,
  settings: Record<string, unknown> = {},
  more: (project: Folder) => void = () => undefined,
): Promise<string[]> {
  using folder = new Folder();
  try {
    folder.write({ "site.conf": "x\n", ...files });
    more(folder);
    await planHere(folder.commit().path, {
      compose: "compose.yaml",
      ...settings,
    });
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
}

/** Their places and keys alone. */
const keys = (lines: string[]): string[] => lines.map((line) => line.split(": ").slice(0, 2).join(" "));

describe("what is wrong with a compose file", function () {
  this.timeout(20_000);

  it("is told in one run, whatever part of planning finds it", async () => {
    const compose = `services:
  web:
    image: "ghcr.io/acme/web:\${TAG:-}"
    restrat: always
    read_only: perhaps
    isolation: process
    mem_limit: much
    networks: [front, nowhere]
    volumes:
      - ./site.conf:/etc/site.conf
      - ./missing:/missing:ro
  db:
    image: postgres:17
    x-slipway: { onRollback: true }
    ports: ["5432:5432"]
    volumes: [kept:/kept]
networks: { front: }
volumes: { kept: { external: true } }
`;
    const lines = await said({ "compose.yaml": compose });
    assert.deepEqual(keys(lines), [
      "compose.yaml:3:5 services.web.image",
      "compose.yaml:4:5 services.web.restrat",
      "compose.yaml:5:5 services.web.read_only",
      "compose.yaml:6:5 services.web.isolation",
      "compose.yaml:7:5 services.web.mem_limit",
      "compose.yaml:8:23 services.web.networks.nowhere",
      "compose.yaml:11:9 services.web.volumes[1]",
      "compose.yaml:14:18 services.db.x-slipway.onRollback",
      "compose.yaml:18:12 volumes.kept",
    ]);
    assert.match(
      lines[0] ?? "",
      /; the variable TAG is empty: set it, as in slipway:env: \{ TAG: VALUE \}, or write a default/,
    );
    assert.match(lines[8] ?? "", /The volume kept is external and named kept, which the machine here does not have/);
  });

  it("does not hide behind a value of the wrong form, and that alone is told of it", async () => {
    const compose =
      "services:\n  a:\n    image: 5\n    pid: host\n  b:\n    image: b\n    ports: { wrong: here }\n    uts: host\n";
    assert.deepEqual(keys(await said({ "compose.yaml": compose })), [
      "compose.yaml:3:5 services.a.image",
      "compose.yaml:4:5 services.a.pid",
      "compose.yaml:7:5 services.b.ports",
      "compose.yaml:8:5 services.b.uts",
    ]);
  });

  it("is told of a build's secrets too, of which those that are set are no problem", async () => {
    const compose = `services:
  a: { build: { context: ., secrets: [set, unset] }, pid: host }
secrets: { set: { environment: SET }, unset: { environment: UNSET } }
`;
    const lines = await said({ "compose.yaml": compose, Dockerfile: "FROM scratch\n" }, { env: { SET: "planted" } });
    assert.deepEqual(keys(lines), ["compose.yaml:2:8 services.a.build", "compose.yaml:2:54 services.a.pid"]);
    assert.match(lines[0] ?? "", /: takes the secret unset from UNSET, which is not set: /);
  });

  it("is told of a required variable once", async () => {
    const compose = 'services:\n  a:\n    image: "a:${TAG:?name one}"\n    pid: host\n';
    assert.deepEqual(keys(await said({ "compose.yaml": compose })), [
      "compose.yaml:3:5 services.a.image",
      "compose.yaml:4:5 services.a.pid",
    ]);
  });

  it("is told alone where a file cannot be read, as the rest would follow from that", async () => {
    assert.deepEqual(keys(await said({ "compose.yaml": "services:\n  a: { image: a, pid: host\n" })).length, 1);
    const included = "include: [missing.yaml]\nservices:\n  a: { image: a, depends_on: [there] }\n";
    assert.deepEqual(keys(await said({ "compose.yaml": included })), ["compose.yaml:1:11 include[0]"]);
  });

  it("has its place inside of what is mounted, included or read for variables", async () => {
    using folder = new Folder().write({ elsewhere: "x" });
    const lines = await said(
      {
        "compose.yaml": `include: [{ path: part/compose.yaml, env_file: part/part.env }]
services:
  a: { image: a, pid: host, env_file: a.env, volumes: ["./conf:/conf:ro", "./big:/big:ro"] }
`,
        "part/compose.yaml": "services:\n  z: { image: z, uts: host, volumes: ['./missing:/m:ro'] }\n",
        "part/part.env": "\n  A B=1\n",
        "a.env": "A=1\n\tB='x\n",
        "conf/x": "x",
        ".gitignore": "big\n",
        big: "x".repeat(5_000_000),
      },
      {},
      (project) => {
        symlinkSync(folder.at("elsewhere"), project.at("conf/out"));
      },
    );
    assert.deepEqual(keys(lines), [
      "a.env:2:2 the ' is not closed",
      "compose.yaml:3:18 services.a.pid",
      "compose.yaml:3:56 services.a.volumes[0]",
      "compose.yaml:3:75 services.a.volumes[1]",
      "part/compose.yaml:2:18 services.z.uts",
      "part/compose.yaml:2:39 services.z.volumes[0]",
      'part/part.env:2:3 "A B" is not a name',
    ]);
  });

  it("comes with what the settings say of services that are not there", async () => {
    const lines = await said(
      { "compose.yaml": "services:\n  web: { image: a, pid: host, ports: ['80:80'] }\n" },
      { checks: [{ run: "smoke" }, { service: "api", path: "/" }, { service: "wbe", path: "/" }] },
    );
    assert.equal(lines.length, 4, lines.join("\n"));
    assert.match(lines[0] ?? "", /^compose\.yaml:2:20: services\.web\.pid: /);
    assert.match(lines[1] ?? "", /^slipway:checks runs smoke, which the release lacks/);
    assert.match(lines[2] ?? "", /^slipway:checks\.1/);
    assert.match(lines[3] ?? "", /^slipway:checks\.2/);
  });

  it("names a service with dots in quotes", async () => {
    const compose =
      "services:\n  shop.db:\n    image: postgres:17\n    pid: host\n    command: [postgres, --x]\n    uts: host\n";
    assert.deepEqual(keys(await said({ "compose.yaml": compose })), [
      'compose.yaml:4:5 services."shop.db".pid',
      'compose.yaml:6:5 services."shop.db".uts',
    ]);
  });

  it("names the key that was written, and in a short form what is meant", async () => {
    const compose = 'services:\n  a:\n    image: a\n    ports: ["8000-8010:80"]\n';
    const [line = ""] = await said({ "compose.yaml": compose });
    assert.match(line, /^compose\.yaml:4:13: services\.a\.ports\[0\]: published: a range /);
  });

  it("says that a volume's name may be meant as a file", async () => {
    const compose = "services:\n  a:\n    image: a\n    volumes: [site.conf:/etc/site.conf:ro]\n";
    assert.match(
      (await said({ "compose.yaml": compose }))[0] ?? "",
      /or write \.\/site\.conf where it is a file or folder$/,
    );
  });

  it("is that nothing in it is active", async () => {
    const services = "services:\n  web: { image: web, profiles: [full] }\n  db: { image: db, profiles: [data] }\n";
    assert.deepEqual(await said({ "compose.yaml": services }), [
      "compose.yaml:1:1: services: no service is active, as each has profiles that are not (db, web): name those that are to be active, as in slipway:env: { COMPOSE_PROFILES: data,full }, or take profiles away",
    ]);
    assert.deepEqual(await said({ "compose.yaml": services }, { env: { COMPOSE_PROFILES: "full" } }), []);
    assert.match((await said({ "compose.yaml": "services: {}\n" }))[0] ?? "", /^compose\.yaml.*names no service/);
  });
});
