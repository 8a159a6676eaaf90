import assert from "node:assert/strict";
import { Readable } from "node:stream";
import Docker from "dockerode";
import { remoteImage } from "../../../runner/kinds/docker";
import type { Hands } from "../../../runner/kinds/kind";

const name = "127.0.0.1:5000/shop/web@sha256:1";
const gone = Object.assign(new Error("no such image"), { statusCode: 404 });

describe("an image that the runner pulls", () => {
  /** An Engine that tells these lines while it pulls, and has the image then, or not. */
  const hands = (lines: string[], has: boolean): Hands => {
    let pulled = false;
    const docker = {
      getImage: () => ({
        inspect: () =>
          pulled && has ? Promise.resolve({ Id: "sha256:2", RepoDigests: [name] }) : Promise.reject(gone),
      }),
      pull: () => {
        pulled = true;
        return Promise.resolve(Readable.from(lines.map((line) => Buffer.from(line))));
      },
      modem: new Docker({ socketPath: "/none" }).modem as unknown,
    };
    return { docker: docker as unknown as Docker, logins: [], folder: ".", say: () => undefined };
  };
  const pull = (lines: string[], has: boolean): Promise<unknown> => remoteImage.create({ name }, hands(lines, has));
  const status = '{"status":"Pulling fs layer","id":"1"}\r\n';

  it("is there afterwards", async () => {
    assert.deepEqual(await pull([status, '{"status":"Pull complete"}\r\n'], true), {
      id: `sha256:2${name}`,
      outputs: { imageId: "sha256:2", repoDigest: name },
    });
  });

  for (const [what, line] of [
    ["Engines since API 1.48", '{"errorDetail":{"message":"unexpected EOF"}}\r\n'],
    ["Engines before", '{"errorDetail":{"message":"unexpected EOF"},"error":"unexpected EOF"}\r\n'],
  ] as const) {
    it(`fails with the reason where the pull breaks midway, as ${what} tell it`, async () => {
      await assert.rejects(pull([status, line], false), {
        message: `The Docker Engine cannot pull ${name}: unexpected EOF.`,
      });
    });
  }

  it("fails by name where the Engine goes away in the middle of it", async () => {
    await assert.rejects(pull([status, '{"status":"Downl'], false), {
      message: `The Docker Engine broke off pulling ${name} without a word: run it again.`,
    });
  });
});
