import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { extract } from "tar-stream";
import { sealVolume } from "../../docker/sealVolume";
import { FakeEngine, type Reply } from "./fakeEngine";

describe("a volume with files of a service", () => {
  let fake: FakeEngine | undefined;

  afterEach(() => fake?.stop());

  const unsealed = {
    volume: "shop-staging-web-files-1a2b",
    folder: "/run/slipway",
    image: "shop/web",
    labels: [{ label: "slipway.files", value: "web" }],
  };

  /** Seals it on an Engine that answers so, and tells the bodies that it got. */
  const sealed = async (reply: (asked: string) => Reply): Promise<string[]> => {
    const bodies: string[] = [];
    fake = await FakeEngine.start((asked, body) => {
      bodies.push(body);
      return reply(asked);
    });
    await sealVolume(fake.engine, unsealed);
    return bodies;
  };

  it("is closed to all but root by a folder of that mode in an archive, through a container that never runs", async () => {
    const [made, archive] = await sealed(() => ({}));
    assert.deepEqual(JSON.parse(made ?? ""), {
      Image: "shop/web",
      Cmd: ["none"],
      Labels: { "slipway.files": "web" },
      HostConfig: { Binds: ["shop-staging-web-files-1a2b:/run/slipway"] },
    });
    const reading = Readable.from([Buffer.from(archive ?? "")]).pipe(extract());
    const entries: unknown[] = [];
    for await (const entry of reading) {
      const { name, type, mode, uid, gid } = entry.header;
      entries.push([name, type, mode, uid, gid]);
      entry.resume();
    }
    assert.deepEqual(entries, [["run/slipway", "directory", 0o700, 0, 0]]);
    const name = /name=(shop-staging-web-files-1a2b-seal-[0-9a-f]{8})$/.exec(fake?.asked[0] ?? "")?.[1];
    assert.deepEqual(fake?.asked.slice(1), [
      `PUT /containers/${name}/archive?path=/`,
      `DELETE /containers/${name}?force=true`,
    ]);
  });

  it("leaves no container behind where the Engine does not do it", async () => {
    const refusing = sealed((asked) => (asked.startsWith("PUT") ? undefined : {}));
    await assert.rejects(
      refusing,
      /^Error: The Docker Engine does not close the volume shop-staging-web-files-1a2b: No such thing\.$/,
    );
    assert.match(fake?.asked.at(-1) ?? "", /^DELETE /);
  });
});
