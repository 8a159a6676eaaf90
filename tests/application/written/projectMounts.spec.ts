import assert from "node:assert/strict";
import { isCalledAsFile } from "../../../application/written/keptPath";
import { dataServices } from "../../../backup/dataServices";
import { applicationOf } from "../../components/project";

const read = (services: string, files: Record<string, string> = {}, isHere = true) =>
  applicationOf({ "compose.yaml": `services:\n${services}`, ...files }, { isHere });

describe("a path of the project that a service writes to", () => {
  it("is data where git does not hold it: on a volume of the stage, named after the path, and saved", () => {
    const { config, kept, warnings, stopFirst } = read(
      "  db: { image: postgres:17, volumes: ['./pgdata:/var/lib/postgresql/data'] }\n",
    );
    assert.deepEqual(config.services["db"]?.volumes, [
      { type: "volume", source: "./pgdata", target: "/var/lib/postgresql/data", volume: {} },
    ]);
    const [{ name = "" } = {}] = kept;
    assert.match(name, /^shop-staging_pgdata-[0-9a-f]{8}$/);
    assert.deepEqual(config.volumes, { "./pgdata": { name } });
    assert.deepEqual(stopFirst, ["db"]);
    assert.deepEqual(Object.keys(dataServices(config)), ["db"]);
    assert.deepEqual(warnings, [
      `The service db writes to ./pgdata, which git does not hold, so it is data: it lies on the volume ${name}, and what is at that path goes there once, while the volume is new.`,
    ]);
  });

  it("begins empty on another machine, and says so", () => {
    const { warnings } = read("  db: { image: a, volumes: ['./data:/data'] }\n", {}, false);
    assert.match(warnings[0] ?? "", /and it begins empty, as the stage is not built on this machine\.$/);
  });

  it("is configuration where git holds it: part of the release, read-only", () => {
    const { config, mounts, kept, warnings, files } = read(
      "  web: { image: nginx, volumes: ['./site.conf:/etc/nginx/conf.d/default.conf'] }\n",
      { "site.conf": "server {}\n" },
    );
    assert.deepEqual(
      mounts["web"]?.map(({ target }) => target),
      ["/etc/nginx/conf.d/default.conf"],
    );
    assert.deepEqual([config.volumes, kept, files], [undefined, [], ["compose.yaml", "site.conf"]]);
    assert.match(warnings.join(), /x-slipway: \{ writable: \[\.\/site\.conf\] \} to have it copied into a volume once/);
    assert.match(
      warnings.join(),
      /^The service web mounts \.\/site\.conf for writing, which git holds, so it is configuration: it is part of the release, and read-only\./,
    );
  });

  const asked = (paths: string, mount = "./conf:/etc/shop") =>
    `  web: { image: nginx, user: "1000", volumes: ['${mount}'], x-slipway: { writable: ${paths} } }\n`;

  it("begins a volume of its own where git holds it and the service says so, on every machine", () => {
    for (const path of ["./conf", "conf/", "/etc/shop"])
      for (const isHere of [true, false]) {
        const { config, kept, seeds, mounts, warnings, files } = read(
          asked(`['${path}']`),
          { "conf/a.txt": "a" },
          isHere,
        );
        const [{ name, key, kind, writableFor } = {} as Partial<(typeof kept)[0]>] = kept;
        assert.deepEqual([key, kind, writableFor], ["./conf", "folder", "web"]);
        assert.deepEqual(config.services["web"]?.volumes, [
          { type: "volume", source: "./conf", target: "/etc/shop", volume: {} },
        ]);
        assert.deepEqual(
          seeds["./conf"]?.files.map(({ path, permissions }) => [path, permissions]),
          [["a.txt", "0644"]],
        );
        assert.deepEqual([mounts["web"], files], [[], ["compose.yaml", "conf/a.txt"]]);
        assert.deepEqual(warnings, [
          `The service web writes to ./conf, which git holds and x-slipway.writable of the service web makes data: it lies on the volume ${name}, what the release has there goes once onto it, while it is new, and a later change in git does not.`,
        ]);
      }
  });

  it("is a file of a volume where git holds a file that is called like a folder", () => {
    const { kept, seeds } = read(asked("[./conf]"), { conf: "x" });
    assert.deepEqual([kept[0]?.kind, kept[0]?.inside], ["file", [{ path: "conf", kind: "file" }]]);
    assert.deepEqual(
      seeds["./conf"]?.files.map(({ path }) => path),
      [""],
    );
  });

  it("is refused by place where x-slipway.writable names what the service does not have for writing", () => {
    const files = { "conf/a.txt": "a" };
    assert.throws(
      () => read(asked("[./other]"), files),
      /compose\.yaml:2:\d+: services\.web\.x-slipway\.writable\[0\]: is "\.\/other", which is no path of the project that the service mounts: it mounts \.\/conf at \/etc\/shop/,
    );
    assert.throws(() => read(asked("[./conf]", "./conf:/etc/shop:ro"), files), /which the service mounts read-only/);
    assert.throws(() => read(asked("yes", "data:/data"), files), /writable: must be a list of paths/);
  });

  it("is one volume for all services with that path, whoever writes", () => {
    const { config, kept, warnings } = read(
      "  php: { image: a, volumes: ['./html:/var/www'] }\n  web: { image: b, volumes: ['./html:/html:ro'] }\n",
    );
    assert.equal(kept.length, 1);
    assert.deepEqual(config.services["web"]?.volumes, [
      { type: "volume", source: "./html", target: "/html", read_only: true, volume: {} },
    ]);
    assert.equal(warnings.length, 1);
  });

  it("is the same place on the same volume where it lies in another such path", () => {
    const { config, kept } = read(
      "  app: { image: a, volumes: ['./data:/data'] }\n  web: { image: b, volumes: ['./data/media:/media'] }\n",
    );
    assert.deepEqual(
      kept.map(({ path, inside }) => [path, inside]),
      [["data", [{ path: "media", kind: "folder" }]]],
    );
    assert.deepEqual(config.services["web"]?.volumes, [
      { type: "volume", source: "./data", target: "/media", volume: {}, within: "media" },
    ]);
  });

  it("is a file of a volume where it is called as one, whether it is there or not", () => {
    for (const files of [{}, { "acme.json": "{}" }] as Record<string, string>[]) {
      const application = read("  web: { image: a, volumes: ['./state/acme.json:/acme.json'] }\n", files);
      assert.deepEqual(
        application.kept.map(({ kind, inside }) => [kind, inside]),
        [["file", [{ path: "acme.json", kind: "file" }]]],
      );
      assert.deepEqual(application.config.services["web"]?.volumes, [
        { type: "volume", source: "./state/acme.json", target: "/acme.json", volume: {}, within: "acme.json" },
      ]);
    }
  });

  it("keeps its name however it is written, and another path has another", () => {
    const names = ["./a-b:/x", "./a/b:/x", "a-b/../a-b/:/x"].map((mount) => {
      const long = mount.startsWith(".") ? `'${mount}'` : "{ type: bind, source: ./a-b/, target: /x }";
      return read(`  a: { image: a, volumes: [${long}] }\n`).kept[0]?.name;
    });
    assert.equal(names[0], names[2]);
    assert.notEqual(names[0], names[1]);
  });

  it("leaves what only reads as it was: a missing path that nobody writes to is an error", () => {
    assert.throws(
      () => read("  a: { image: a, volumes: ['./conf:/conf:ro'] }\n"),
      /mounts conf, which is not there or empty/,
    );
  });
});

describe("whether a path is called as a file", () => {
  for (const path of ["app.db", "data/acme.json", ".env", ".env.local", ".htpasswd", "config.yml"])
    it(`is so for ${path}`, () => assert.ok(isCalledAsFile(path)));
  for (const path of ["data", "conf.d", ".cache", "v1.0", "a.b/c", ".ssh"])
    it(`is not so for ${path}`, () => assert.ok(!isCalledAsFile(path)));
});
