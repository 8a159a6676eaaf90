import assert from "node:assert/strict";
import { PrivateKey } from "@pulumi/tls";
import { MachineKeys } from "../../components/machine/keys";
import { declare } from "../components/engine";
import { inputsIn, keys, stage } from "./know";

async function run(known = keys) {
  return declare(
    stage,
    () => {
      const { hostPublic, hostPrivate, loginPublic, loginPrivate, fingerprint } = new MachineKeys(
        "keys",
        PrivateKey,
        {},
      );
      return { hostPublic, hostPrivate, loginPublic, loginPrivate, fingerprint };
    },
    undefined,
    known,
  );
}

describe("a machine's keys", () => {
  it("are two, of the kind that every SSH server knows and that is short", async () => {
    const { resources } = await run();
    assert.deepEqual(inputsIn(resources, "tls"), {
      "keys-host": ["tls:index/privateKey:PrivateKey", { algorithm: "ED25519" }],
      "keys-login": ["tls:index/privateKey:PrivateKey", { algorithm: "ED25519" }],
    });
  });

  it("come as lines and as OpenSSH text", async () => {
    const { result } = await run();
    const { fingerprint, ...texts } = result;
    assert.deepEqual(texts, {
      hostPublic: "ssh-ed25519 AAAA-keys-host",
      hostPrivate: "private keys-host\n",
      loginPublic: "ssh-ed25519 AAAA-keys-login",
      loginPrivate: "private keys-login\n",
    });
    assert.match(fingerprint, /^[0-9a-f]{16}$/);
  });

  it("have another fingerprint when either is another one", async () => {
    const other = (role: string) => ({
      "tls:index/privateKey:PrivateKey": (name: string) => ({
        publicKeyOpenssh: name.endsWith(role) ? "ssh-ed25519 BBBB" : `ssh-ed25519 AAAA-${name}\n`,
        privateKeyOpenssh: "private",
      }),
    });
    const results = await Promise.all([run()]);
    const found = [results[0]?.result.fingerprint];
    for (const role of ["host", "login"]) {
      found.push((await run(other(role))).result.fingerprint);
    }
    assert.equal(new Set(found).size, 3);
  });
});
