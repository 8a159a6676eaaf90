import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "../../docker/engine";
import { withLogin, withLoginBeside } from "../../registry/withLogin";
import { Folder } from "../release/folder";

const here = Engine.here(process.env);

describe("a docker command", () => {
  const folder = new Folder();
  after(() => folder.remove());

  /** Puts a program in docker's place for one command. */
  const program = (script: string): Record<string, string> => {
    folder.write({ docker: `#!/bin/sh\n${script}\n` });
    return { PATH: `${folder.path}:/usr/bin:/bin` };
  };

  it("gets its arguments and its input, and gives back its output", async () => {
    const env = program('echo "args: $*"; cat');
    assert.equal(
      await here.command(["build", "a b", "-"], { env, input: "FROM scratch" }),
      "args: build a b -\nFROM scratch",
    );
  });

  it("tells each line of both streams as it comes", async () => {
    const lines: string[] = [];
    await here.command(["x"], {
      env: program("echo one; printf 'two\\r\\nthree\\n' >&2"),
      onLine: (line) => lines.push(line),
    });
    assert.deepEqual(lines.sort(), ["one", "three", "two"]);
  });

  it("fails with the last of what it said, not with all of it", async () => {
    const env = program("for i in $(seq 100); do echo line $i; done; echo broken >&2; exit 3");
    await assert.rejects(here.command(["build", "secret-argument"], { env }), ({ message }: Error) => {
      assert.match(message, /^docker build ended with exit code 3:\n/);
      assert.ok(message.includes("line 100") && message.includes("broken") && !message.includes("line 50\n"));
      assert.ok(!message.includes("secret-argument"));
      return true;
    });
  });

  it("may leave its input unread", async () => {
    assert.equal(await here.command(["x"], { env: program("exec echo done"), input: "x".repeat(1 << 20) }), "done\n");
  });

  it("says what to do where there is no docker", async () => {
    await assert.rejects(
      here.command(["ps"], { env: { PATH: folder.at("nowhere") } }),
      /install Docker and put docker on PATH/,
    );
  });
});

describe("a login for one command", () => {
  const registry = { address: "registry.example.com/team", credentials: { username: "ada", password: "s3cret" } };

  it("is there for it alone, in a folder of its own", async () => {
    const directory = await withLogin(here, registry, (env) => {
      const directory = env["DOCKER_CONFIG"] ?? "";
      const file = join(directory, "config.json");
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const auth = Buffer.from("ada:s3cret").toString("base64");
      assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), { auths: { "registry.example.com": { auth } } });
      return Promise.resolve(directory);
    });
    assert.equal(existsSync(directory), false);
  });

  it("is there beside the user's own, with all else that Docker finds in that folder", async () => {
    const folder = new Folder().write({
      "config.json": JSON.stringify({
        auths: { "ghcr.io": { auth: "x" } },
        credsStore: "desktop",
        currentContext: "a",
      }),
      "cli-plugins/docker-buildx": "plugin",
    });
    try {
      const engine = Engine.here({ ...process.env, DOCKER_CONFIG: folder.path });
      const directory = await withLoginBeside(engine, registry, ({ DOCKER_CONFIG: directory = "" }) => {
        const read = JSON.parse(readFileSync(join(directory, "config.json"), "utf8")) as object;
        const auth = Buffer.from("ada:s3cret").toString("base64");
        assert.deepEqual(read, {
          auths: { "ghcr.io": { auth: "x" }, "registry.example.com": { auth } },
          credHelpers: { "registry.example.com": "" },
          credsStore: "desktop",
          currentContext: "a",
        });
        assert.equal(readFileSync(join(directory, "cli-plugins/docker-buildx"), "utf8"), "plugin");
        return Promise.resolve(directory);
      });
      assert.equal(existsSync(directory), false);
      assert.equal(folder.read("cli-plugins/docker-buildx"), "plugin");
    } finally {
      folder.remove();
    }
  });

  it("leads to the Engine of the context that Docker's own settings chose", async () => {
    const name = "elsewhere";
    const key = createHash("sha256").update(name).digest("hex");
    const folder = new Folder().write({
      "config.json": JSON.stringify({ currentContext: name }),
      [`contexts/meta/${key}/meta.json`]: JSON.stringify({
        Name: name,
        Endpoints: { docker: { Host: "unix:///elsewhere.sock" } },
      }),
      docker: '#!/bin/sh\necho "$DOCKER_HOST $DOCKER_CONTEXT $DOCKER_CONFIG"\n',
    });
    const before = { ...process.env };
    delete process.env["DOCKER_HOST"];
    Object.assign(process.env, { DOCKER_CONFIG: folder.path, DOCKER_CONTEXT: name });
    try {
      const [host, ...more] = await withLogin(here, registry, async (env) =>
        (await here.command(["push"], { env: { ...env, PATH: `${folder.path}:/usr/bin:/bin` } })).trim().split(" "),
      );
      assert.equal(host, "unix:///elsewhere.sock");
      assert.match(more.join(" "), /^ \/.*slipway-/, "without a context of that name, and with settings of its own");
    } finally {
      Object.keys(process.env).forEach((key) => Reflect.deleteProperty(process.env, key));
      Object.assign(process.env, before);
      folder.remove();
    }
  });

  it("is taken away where the command fails", async () => {
    let directory = "";
    await assert.rejects(
      withLogin(here, registry, (env) => {
        directory = env["DOCKER_CONFIG"] ?? "";
        return Promise.reject(new Error("no"));
      }),
      new Error("no"),
    );
    assert.equal(existsSync(directory), false);
  });

  it("is none where the registry asks for none", async () => {
    assert.deepEqual(await withLogin(here, { address: "127.0.0.1:5000" }, (env) => Promise.resolve(env)), {});
  });
});
