import assert from "node:assert/strict";
import type { SshMachine } from "../../../machine/ssh/host";
import { sshTrouble } from "../../../machine/ssh/trouble";

const machine: SshMachine = { host: "shop.example.com", port: 22, user: "deploy", hostKey: [] };

/** What OpenSSH 9.2 writes, and what must be said of it. */
const cases: [string, string, RegExp][] = [
  [
    "a changed host key",
    "@@@@@\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\nHost key verification failed.\r\n",
    /another host key .*ssh-keyscan -p 22 shop\.example\.com .*correct hostKey\.$/,
  ],
  [
    "a login that is refused",
    "deploy@shop.example.com: Permission denied (publickey).\r\n",
    /refuses the login of deploy: .*authorized_keys/,
  ],
  [
    "a key that is none",
    'Load key "/x/key": error in libcrypto\r\ndeploy@shop.example.com: Permission denied (publickey).\r\n',
    /slipway:machine\.key is no private key/,
  ],
  [
    "a name that leads nowhere",
    "ssh: Could not resolve hostname shop.example.com: Name or service not known\r\n",
    /leads nowhere: correct slipway:machine\.host\.$/,
  ],
  [
    "a port without a server",
    "ssh: connect to host shop.example.com port 22: Connection refused\r\n",
    /Nothing answers at port 22/,
  ],
  [
    "a host that is down",
    "ssh: connect to host shop.example.com port 22: Connection timed out\r\n",
    /does not answer: start it/,
  ],
  ["anything else", "something: odd\r\n", /ssh says: something: odd\.$/],
  ["nothing at all", "", /ssh says: ssh ended without a word\.$/],
];

describe("a machine that cannot be reached", () => {
  for (const [what, said, sentence] of cases) {
    it(`is named with what to do, by ${what}`, () => {
      const told = sshTrouble(machine, said);
      assert.match(told, /^The machine deploy@shop\.example\.com cannot be reached\. /);
      assert.match(told, sentence);
    });
  }

  it("is told of its jump host where that is what fails", () => {
    const jump = { host: "gate.example.com", port: 2222, user: "gate", hostKey: [] };
    const told = (said: string): string => sshTrouble({ ...machine, key: "KEY", jump }, said);
    assert.match(told("gate@gate.example.com: Permission denied (publickey).\r\n"), /machine\.jump\.user/);
    assert.match(told("deploy@shop.example.com: Permission denied (publickey).\r\n"), /slipway:machine\.user/);
    assert.match(told("ssh: Could not resolve hostname gate.example.com: x\r\n"), /machine\.jump\.host\.$/);
    assert.match(told("ssh: connect to host gate.example.com port 2222: Connection refused\r\n"), /jump\.port\.$/);
    assert.match(told("channel 0: open failed\r\nstdio forwarding failed\r\n"), /get through to port 22 of shop/);
  });

  it("is not told to correct a key that was not given", () => {
    const said = "deploy@shop.example.com: Permission denied (publickey).";
    assert.match(sshTrouble(machine, said), /no key was given/);
    assert.match(
      sshTrouble({ ...machine, key: "KEY" }, said),
      /correct slipway:machine\.user or slipway:machine\.key\.$/,
    );
  });
});
