import assert from "node:assert/strict";
import { noPrivilegedContainer } from "../../policies/noPrivilegedContainer";
import { check, declared, job, says, service, unknown } from "./declared";

const has = (props: Record<string, unknown>) => says(noPrivilegedContainer, service(props));

describe("the policy no-privileged-container", () => {
  it("refuses one, and says what to do", () => {
    assert.deepEqual(has({ privileged: true }), [
      "shop-production-web is privileged, and so root on the machine: take privileged away, and give it what it needs with cap_add or devices.",
    ]);
  });

  for (const added of ["ALL", "CAP_SYS_ADMIN", "sys_admin", "SYS_MODULE"]) {
    it(`takes the capability ${added} for the same`, () =>
      assert.match(has({ capabilities: { adds: [added] } })[0] ?? "", /take it out of cap_add/));
  }

  it("lets others be", () => {
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
