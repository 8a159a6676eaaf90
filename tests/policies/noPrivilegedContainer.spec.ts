import assert from "node:assert/strict";
import { noPrivilegedContainer } from "../../policies/noPrivilegedContainer";
import { job, says, service, unknown } from "./declared";

const has = (props: Record<string, unknown>) => says(noPrivilegedContainer, service(props));

describe("the policy no-privileged-container", () => {
  it("refuses one, and says what to do", () => {
    assert.deepEqual(has({ privileged: true }), [
      "shop-production-web is privileged, and so root on the machine: take privileged away, and give it what it needs with cap_add or devices.",
    ]);
  });

  for (const added of ["ALL", "CAP_SYS_ADMIN", "sys_admin"]) {
    it(`takes the capability ${added} for the same`, () =>
      assert.match(has({ capabilities: { adds: [added] } })[0] ?? "", /take it out of cap_add/));
  }

  it("lets others be", () => {
    assert.deepEqual(has({ privileged: false, capabilities: { adds: ["CAP_NET_BIND_SERVICE"], drops: ["ALL"] } }), []);
    assert.deepEqual(has(unknown("privileged")), []);
  });

  it("looks into jobs", () => assert.equal(says(noPrivilegedContainer, job({ privileged: true })).length, 1));
});
