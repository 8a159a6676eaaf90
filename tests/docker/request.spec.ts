import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createContainer } from "../../docker/containers";
import { Engine } from "../../docker/engine";
import { pullImage } from "../../docker/images";
import { Folder } from "../release/folder";

/** Neither here nor at the end of a tunnel: the `docker` command alone knows the way. */
const engine = Engine.at("tcp://engine.example:2376");

describe("an Engine's interface, by the docker command", () => {
  const folder = new Folder();
  const path = process.env["PATH"];

  after(() => folder.remove());
  afterEach(() => {
    process.env["PATH"] = path;
  });

  /** Puts a program in docker's place. */
  const stub = (script: string): void => {
    folder.write({ docker: `#!/bin/sh\ncd '${folder.path}'\n${script}\n` });
    process.env["PATH"] = `${folder.path}:/usr/bin:/bin`;
  };
  const answer = (status: string, body: string): string =>
    `printf 'HTTP/1.1 ${status}\\r\\nContent-Length: ${body.length}\\r\\n\\r\\n%s' '${body}'`;

  it("goes the way that the docker command goes, with no word of it in an argument", async () => {
    stub(`echo "$*" > arguments; exec 3<&0; cat <&3 > asked & ${answer("201 Created", "{}")}; wait`);
    await createContainer(engine, { name: "a-b_1", Image: "app@sha256:1", Env: ["TOKEN=ünseen"] });
    await pause(50);
    assert.equal(readFileSync(join(folder.path, "arguments"), "utf8"), "system dial-stdio\n");
    const asked = readFileSync(join(folder.path, "asked"), "utf8");
    assert.match(asked, /^connection: keep-alive\r$/im, "an Engine that closes would end the command too early");
    assert.match(asked, /^POST \/containers\/create\?name=a-b_1 HTTP\/1\.1\r\n/);
    assert.deepEqual(JSON.parse(asked.split("\r\n\r\n")[1] ?? ""), { Image: "app@sha256:1", Env: ["TOKEN=ünseen"] });
  });

  it("fails with what the Engine says", async () => {
    stub(`${answer("404 Not Found", '{"message":"No such image: app"}')}; sleep 5`);
    await assert.rejects(createContainer(engine, { name: "a" }), {
      message: "The Docker Engine does not create the container a: No such image: app.",
    });
  });

  it("fails with what the docker command says, where no Engine answers", async () => {
    stub("echo 'Cannot connect to the Docker daemon' >&2; exit 1");
    await assert.rejects(createContainer(engine, { name: "a" }), {
      message:
        "The Docker Engine cannot be reached: Cannot connect to the Docker daemon\nNo Docker Engine answers: start Docker on the machine, then run the command again.",
    });
  });

  it("pulls an image with a login that goes with the one request", async () => {
    const there = answer("404 Not Found", '{"message":"No such image"}');
    const pulled = answer("200 OK", '{"status":"Pulling"}');
    stub(`echo "$*" >> arguments; echo x >> asked; exec 3<&0; cat <&3 >> asked &
      case $(cat turn 2>/dev/null) in 1) ${pulled};; *) echo 1 > turn; ${there};; esac; wait`);
    await pullImage(engine, "eu.example/shop/web@sha256:1", "eu.example", { username: "me", password: "t0ken" });
    await pause(50);
    const asked = readFileSync(join(folder.path, "asked"), "utf8");
    assert.match(asked, /GET \/images\/eu\.example\/shop\/web@sha256:1\/json HTTP/);
    assert.match(asked, /POST \/images\/create\?fromImage=eu\.example%2Fshop%2Fweb%40sha256%3A1 HTTP/);
    const [, auth = ""] = /x-registry-auth: (\S+)/.exec(asked) ?? [];
    const login = { username: "me", password: "t0ken", serveraddress: "eu.example" };
    assert.deepEqual(JSON.parse(Buffer.from(auth, "base64url").toString()), login);
    assert.ok(!readFileSync(join(folder.path, "arguments"), "utf8").includes("t0ken"));
  });

  it("pulls nothing that the Engine has", async () => {
    stub(`echo x >> turns; ${answer("200 OK", "{}")}; sleep 1`);
    await pullImage(engine, "eu.example/shop/web@sha256:1", "eu.example", { identityToken: "t0ken" });
    assert.equal(readFileSync(join(folder.path, "turns"), "utf8"), "x\n");
  });

  it("fails with what the Engine says at the end of a pull", async () => {
    const error = '{"errorDetail":{"message":"denied."},"error":"denied."}';
    stub(
      `case $(cat turn2 2>/dev/null) in 1) ${answer("200 OK", error)};; *) echo 1 > turn2; ${answer("404 Not Found", "{}")};; esac; sleep 1`,
    );
    await assert.rejects(pullImage(engine, "eu.example/web@sha256:1", "eu.example", { identityToken: "t0ken" }), {
      message: "The Docker Engine cannot pull eu.example/web@sha256:1: denied.",
    });
  });

  it("fails where there is no docker command", async () => {
    process.env["PATH"] = folder.path;
    folder.write({ docker: "" });
    await assert.rejects(
      createContainer(engine, { name: "a" }),
      /^Error: The Docker Engine cannot be reached: .*docker/,
    );
  });
});
