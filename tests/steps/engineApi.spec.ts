import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createContainer } from "../../steps/engineApi";
import { Folder } from "../components/release/folder";

describe("creating a container through the Engine's interface", () => {
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
    await createContainer({ name: "a-b_1", Image: "app@sha256:1", Env: ["TOKEN=ünseen"] });
    await pause(50);
    assert.equal(readFileSync(join(folder.path, "arguments"), "utf8"), "system dial-stdio\n");
    const asked = readFileSync(join(folder.path, "asked"), "utf8");
    assert.match(asked, /^POST \/containers\/create\?name=a-b_1 HTTP\/1\.1\r\n/);
    assert.deepEqual(JSON.parse(asked.split("\r\n\r\n")[1] ?? ""), { Image: "app@sha256:1", Env: ["TOKEN=ünseen"] });
  });

  it("fails with what the Engine says", async () => {
    stub(`${answer("404 Not Found", '{"message":"No such image: app"}')}; sleep 5`);
    await assert.rejects(createContainer({ name: "a" }), {
      message: "The Docker Engine does not create the container a: No such image: app.",
    });
  });

  it("fails with what the docker command says, where no Engine answers", async () => {
    stub("echo 'Cannot connect to the Docker daemon' >&2; exit 1");
    await assert.rejects(createContainer({ name: "a" }), {
      message: "The Docker Engine cannot be reached: Cannot connect to the Docker daemon",
    });
  });

  it("fails where there is no docker command", async () => {
    process.env["PATH"] = folder.path;
    folder.write({ docker: "" });
    await assert.rejects(createContainer({ name: "a" }), /^Error: The Docker Engine cannot be reached: .*docker/);
  });
});
