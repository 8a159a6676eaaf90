import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ready, type ReadyInput } from "../../steps/ready";
import { Folder } from "../release/folder";

const way = { host: "203.0.113.10", port: 22, user: "slipway", hostKey: ["ssh-ed25519 AAAA"], key: "KEY" };

/** One that takes over `ssh`: its n-th call does what the n-th part says, the last one from then on. */
const program = (folder: string, calls: string[]): string => `#!/bin/sh
case "$*" in *"-O exit"*) exit 255 ;; esac
echo called >>'${folder}/calls'
case $(wc -l <'${folder}/calls') in
${calls.map((call, index) => `${index + 1 === calls.length ? "*" : index + 1}) ${call} ;;`).join("\n")}
esac
`;

describe("waiting for a VM", () => {
  const { PATH, TMPDIR } = process.env;
  const before = process.cwd();
  let folder: Folder;
  let said: string[];

  beforeEach(() => {
    folder = new Folder();
    said = [];
    process.chdir(folder.path);
    process.env["PATH"] = `${folder.path}:${PATH}`;
    process.env["TMPDIR"] = folder.path;
  });
  afterEach(() => {
    process.chdir(before);
    Object.assign(process.env, { PATH, TMPDIR: TMPDIR ?? "/tmp" });
    folder.remove();
  });

  const wait = (calls: string[], more: Partial<ReadyInput> = {}): ReturnType<typeof ready> => {
    folder.write({ ssh: program(folder.path, calls) });
    const input = { name: "the VM shop-staging", folder: ".slipway/ssh/shop/staging", way, seconds: 30, ...more };
    return ready(input, (line) => said.push(line));
  };

  it("leaves what ssh reads, and tells where it is", async () => {
    assert.deepEqual(await wait(["echo slipway-answers; exit 0"]), { at: "slipway@203.0.113.10" });
    const at = join(folder.path, ".slipway/ssh/shop/staging");
    assert.equal(readFileSync(join(at, "key"), "utf8"), "KEY\n");
    assert.ok(existsSync(join(at, "config")));
    assert.deepEqual(said, [
      "the VM shop-staging answers at slipway@203.0.113.10; waiting until its start-up has made it ready",
      "the VM shop-staging is ready",
    ]);
  });

  it("goes on where nothing answers yet, and says why it waits", async () => {
    const refused = "ssh: connect to host 203.0.113.10 port 22: Connection refused";
    await wait([`echo '${refused}' >&2; exit 255`, "exit 0"]);
    assert.equal(said[0], `waiting for the VM shop-staging (${refused})`);
  }).timeout(15_000);

  it("ends in the sentence by which the start-up failed", async () => {
    const sentence = "No package archive answers, so docker.io cannot be installed";
    await assert.rejects(wait([`echo noise >&2; echo '${sentence}' >&2; exit 1`]), { message: sentence });
  });

  it("ends in a sentence where nothing answers in time, or gcloud is missing", async () => {
    await assert.rejects(
      wait(["echo 'Permission denied (publickey).' >&2; exit 255"], { seconds: 0 }),
      /^Error: the VM shop-staging cannot be reached within 0 s \(Permission denied \(publickey\)\.\): see to it that slipway:machine\.sshFrom/,
    );
    await assert.rejects(
      wait(["echo 'sh: 1: exec: gcloud: not found' >&2; exit 255"]),
      /cannot be reached at all \(sh: 1: exec: gcloud: not found\)/,
    );
  });

  it("tells what the program said that connects ssh, not what ssh made of it, and waits for nobody to log in", async () => {
    const closed =
      "kex_exchange_identification: Connection closed by remote host\nConnection closed by UNKNOWN port 65535";
    const dying = (words: string): string => `printf '%s\\n' '${words}' '${closed}' >&2; exit 255`;
    await assert.rejects(
      wait([dying("/bin/dash: 1: exec: gcloud: not found")]),
      /at all \(\S+ 1: exec: gcloud: not found\)/,
    );
    await assert.rejects(
      wait([dying("ERROR: (gcloud.compute.start-iap-tunnel) You do not currently have an active account selected.")]),
      /cannot be reached at all \(ERROR: .* active account selected\.\)/,
    );
    await assert.rejects(
      wait([dying("ERROR: (gcloud.compute.start-iap-tunnel) Error while connecting [4033: not authorized].")]),
      /cannot be reached at all \(ERROR: .*4033/,
    );
  });

  it("tells no secret", () => assert.ok(!said.join().includes("KEY")));
});
