import assert from "node:assert/strict";
import { noPrivilegedContainer } from "../../policies/noPrivilegedContainer";
import { check, declared, job, production, says, service, unknown } from "./declared";

const has = (props: Record<string, unknown>) => says(noPrivilegedContainer, service(props));

describe("the policy no-privileged-container", () => {
  it("refuses one, and says what to do", () => {
    assert.deepEqual(has({ privileged: true }), [
      "shop-production-web is privileged, and so root on the machine: take privileged away, and give it what it needs with cap_add or devices; where it cannot do without, write privileged into slipway:allow.",
    ]);
  });

  for (const added of [
    ...["ALL", "CAP_SYS_ADMIN", "sys_admin", "SYS_MODULE", "DAC_READ_SEARCH", "SYS_PTRACE", "CAP_SYS_RAWIO", "BPF"],
    ...["PERFMON", "MAC_ADMIN", "CHECKPOINT_RESTORE", "SYSLOG", "SYS_BOOT", "ONE_TO_COME"],
  ]) {
    it(`takes the capability ${added} for the same`, () =>
      assert.match(has({ capabilities: { adds: [added] } })[0] ?? "", /take it out of cap_add/));
  }

  for (const option of [
    "seccomp=unconfined",
    "seccomp:unconfined",
    "apparmor=unconfined",
    "label=disable",
    "systempaths=unconfined",
    "seccomp={}",
  ]) {
    it(`refuses ${option}, by which nothing confines it`, () =>
      assert.match(has({ securityOpts: [option] })[0] ?? "", /has the security_opt .*take it out of security_opt/));
  }

  it("lets one be that the stage's settings insist on, in either spelling, and that alone", () => {
    const insisted = (allow: string[], props: Record<string, unknown>) =>
      says(noPrivilegedContainer, service(props), { ...production, allow });
    const adds = { capabilities: { adds: ["CAP_SYS_PTRACE", "BPF"] } };
    assert.match(insisted([], adds)[0] ?? "", /; where it cannot do without, write SYS_PTRACE into slipway:allow\.$/);
    assert.equal(insisted(["sys_ptrace"], adds).length, 1);
    assert.deepEqual(insisted(["CAP_SYS_PTRACE", "BPF"], adds), []);
    assert.deepEqual(insisted(["seccomp=unconfined"], { securityOpts: ["seccomp:unconfined"] }), []);
    assert.deepEqual(insisted(["privileged"], { privileged: true }), []);
  });

  it("refuses the machine's own processes", () => {
    assert.match(has({ pidMode: "host" })[0] ?? "", /write pid:host into slipway:allow/);
  });

  it("lets those be that many published applications have", () => {
    for (const added of [
      "NET_ADMIN",
      "NET_BIND_SERVICE",
      "CAP_NET_RAW",
      "SYS_NICE",
      "IPC_LOCK",
      "SYS_RESOURCE",
      "SYS_TIME",
    ])
      assert.deepEqual(has({ capabilities: { adds: [added] } }), [], added);
    for (const option of ["no-new-privileges:true", "apparmor=docker-default", "label:type:x_t"])
      assert.deepEqual(has({ securityOpts: [option] }), [], option);
  });

  for (const path of ["/dev/sda", "/dev/nvme0n1p1", "/dev/mapper/root", "/dev/mem", "/dev", "/dev/"]) {
    it(`takes the device ${path} for the same`, () =>
      assert.match(has({ devices: [{ hostPath: path }] })[0] ?? "", /all that the machine has there: take it out of/));
  }

  it("lets others be", () => {
    assert.deepEqual(has({ devices: [{ hostPath: "/dev/dri" }, { hostPath: "/dev/net/tun" }] }), []);
    assert.deepEqual(has({ privileged: false, capabilities: { adds: ["CAP_NET_BIND_SERVICE"], drops: ["ALL"] } }), []);
    assert.deepEqual(has(unknown("privileged")), []);
  });

  it("looks into jobs and checks", () => {
    assert.match(says(noPrivilegedContainer, job({ privileged: true }))[0] ?? "", /^app-jobs-migrate is privileged/);
    assert.match(
      says(noPrivilegedContainer, check({ privileged: true }))[0] ?? "",
      /^app-cutover \(its check smoke\) is privileged/,
    );
  });

  it("waits for what a job or a check is told", () => {
    const step = (name: string, stdin: unknown) =>
      declared("command:local:Command", "step", { create: `node dist/steps/main.js ${name}`, stdin });
    for (const name of ["job", "cutover", "record"]) {
      for (const stdin of [undefined, "{}", "not known"])
        assert.deepEqual(says(noPrivilegedContainer, step(name, stdin)), []);
    }
  });
});
