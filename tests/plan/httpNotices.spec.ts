import assert from "node:assert/strict";
import { httpNotice } from "../../plan/httpNotice";
import { takeovers } from "../../plan/takeover";
import { checkSharedFolders, sharedFolderNotices } from "../../plan/sharedFolders";
import type { FoundMachine } from "../../machine/machine";
import { applicationOf } from "../components/project";

const read = (services: string) => applicationOf({ "compose.yaml": `services:\n${services}` });

describe("the notice of published ports that the edge does not hold", () => {
  const told = (services: string) => httpNotice(read(services).config, 80);

  it("names each, what it costs, and the line that changes it", () => {
    assert.deepEqual(told('  web: { image: a, ports: ["8080:3000"] }'), [
      'Port 8080 of the service web is not held by the edge, as nothing says that HTTP is spoken there: no HTTPS, no watch, and at each update web is down for a moment. Where it is HTTP, write slipway:edge: { http: ["web:3000"] }.',
    ]);
    assert.match(
      told('  web: { image: a, ports: ["8080:3000", "127.0.0.1:5432:5432"] }')[0] ?? "",
      /^Port 8080 of the service web and port 5432 of the service web are not .* http: \["web:3000"\] \}\.$/,
    );
  });

  it("keeps what the setting says already", () => {
    const { config } = read('  web: { image: a, ports: ["8080:3000"] }');
    assert.match(httpNotice(config, [8000, "a", "b:1"])[0] ?? "", /http: \[8000, a, "b:1", "web:3000"\]/);
    assert.match(httpNotice(config, 8000)[0] ?? "", /http: \[8000, "web:3000"\]/);
  });

  it("is none where the file says what is spoken, where it is UDP, and where the edge holds all", () => {
    const port = (speaks: string) => `{ target: 3000, published: "8080", app_protocol: ${speaks} }`;
    assert.deepEqual(told(`  a: { image: a, ports: [${port("tcp")}] }`), []);
    assert.deepEqual(told(`  a: { image: a, ports: [${port("http")}] }`), []);
    assert.deepEqual(told('  a: { image: a, ports: ["8080:3000/udp"] }'), []);
  });

  it("is among what every preview says", () => {
    assert.ok(read('  web: { image: a, ports: ["8080:3000"] }').warnings.some((one) => one.startsWith("Port 8080 ")));
  });
});

describe("the notice that the edge takes a port over", () => {
  const { http } = read('  web: { image: a, ports: ["8080:3000"], healthcheck: { test: curl http://localhost:3000 } }');
  const held = (name: string, stage?: string) =>
    takeovers(http, { project: "shop", stage: "staging" }, { ports: new Map([["8080/tcp", { name, stage }]]) });

  it("is said while the container still has it, with the reason", () => {
    assert.match(
      held("shop-staging-web", "shop/staging")[0] ?? "",
      /^From this update on the edge holds the port 8080 of the service web, as its health check asks it by HTTP: .*app_protocol: tcp/,
    );
  });

  it("is not said once the edge has it, or where it is somebody else's", () => {
    assert.deepEqual(held("shop-staging-edge", "shop/staging"), []);
    assert.deepEqual(held("other"), []);
  });
});

describe("a folder of the machine that another stage only reads", () => {
  const id = { project: "shop", stage: "staging" };
  const one = { id: "1", name: "n", part: "service web", image: "a", isRunning: true, claims: [] };
  const machine = (reads: string[]) => ({ holders: new Map([["shop/production", [{ ...one, reads }]]]) });
  const config = (mount: string, more = "") =>
    read(`  web: { image: a, volumes: ["${mount}"]${more === "" ? "" : `, ${more}`} }`).config;

  it("is refused for writing: itself, and what it lies in", () => {
    for (const path of ["/srv/data", "/srv"]) {
      assert.throws(
        () => checkSharedFolders(id, config(`${path}:/data`), machine(["/srv/data"])),
        new RegExp(`mounts ${path} for writing, and the stage shop/production reads /srv/data on this machine`),
      );
    }
  });

  it("may be written within where the other reads around it, as one that looks at the whole machine does", () =>
    checkSharedFolders(id, config("/srv/data:/data"), machine(["/", "/srv"])));

  it("may be written to on purpose", () =>
    checkSharedFolders(id, config("/srv/data:/data", "x-slipway: { sharesVolumes: true }"), machine(["/srv/data"])));

  it("is told where this stage only reads it as well", () => {
    const both = config("/srv/data/:/data:ro");
    checkSharedFolders(id, both, machine(["/srv/data"]));
    assert.match(
      sharedFolderNotices(id, both, machine(["/srv/data"])).join(),
      /^The service web reads \/srv\/data\/? of the machine, and the stage shop\/production does as well: /,
    );
    assert.deepEqual(sharedFolderNotices(id, both, machine(["/srv/other"])), []);
    assert.deepEqual(sharedFolderNotices(id, config("/etc/ssl:/ssl:ro"), machine(["/etc/ssl"])), []);
  });
});

describe("a folder of the machine that another stage writes to", () => {
  const check = (section: string, held = "/srv/data", stage = "shop/production") =>
    checkSharedFolders({ project: "shop", stage: "staging" }, read(`  web: { image: a, ${section} }`).config, {
      holders: new Map([
        [
          stage,
          [
            {
              id: "1",
              name: "n",
              part: "service web",
              image: "a",
              isRunning: true,
              claims: [{ kind: "folder", path: held }],
            },
          ],
        ],
      ]),
    } satisfies Pick<FoundMachine, "holders">);

  it("is refused: itself, what is in it, and what it lies in", () => {
    for (const path of ["/srv/data", "/srv/data/sub", "/srv"]) {
      assert.throws(
        () => check(`volumes: ["${path}:/data"]`),
        new RegExp(
          `The service web mounts ${path}, and the stage shop/production writes to /srv/data .* as in /srv/\\$\\{SLIPWAY_STAGE\\}/`,
        ),
      );
    }
    assert.throws(() => check('volumes: ["/srv/data:/data:ro"]'), /shop\/production/);
  });

  for (const [what, section, held, stage] of [
    ["of its own", 'volumes: ["/srv/data:/data"]', "/srv/data", "shop/staging"],
    ["beside it", 'volumes: ["/srv/data2:/data"]', "/srv/data", "shop/production"],
    ["around it that is only read", 'volumes: ["/srv:/data:ro"]', "/srv/data", "shop/production"],
    [
      "that the service shares on purpose",
      'volumes: ["/srv/data:/data"], x-slipway: { sharesVolumes: true }',
      "/srv/data",
      "shop/production",
    ],
    ["that is the machine's own", 'volumes: ["/etc/localtime:/etc/localtime"]', "/etc/localtime", "shop/production"],
    ["that is the Engine's socket", 'volumes: ["/var/run/docker.sock:/x"]', "/var/run/docker.sock", "shop/production"],
  ] as const) {
    it(`is none ${what}`, () => check(section, held, stage));
  }
});
