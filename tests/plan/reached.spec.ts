import assert from "node:assert/strict";
import { expectedOf } from "../../plan/expected";
import { reachedOf } from "../../plan/reached";
import { applicationOf } from "../components/project";

const facts = { project: "shop", stage: "staging", takesOver: false, others: [] };
const told = (service: string, allow: string[] = [], more = "") => {
  const application = applicationOf({ "compose.yaml": `services:\n  web: { image: web, ${service} }\n${more}` });
  return reachedOf(expectedOf(application, facts), { ...facts, allow }).map(({ level, text }) => `${level}: ${text}`);
};

describe("what a preview tells of what an application reaches of the machine", () => {
  it("is nothing of what is usual", () => {
    assert.deepEqual(
      told(
        "cap_add: [NET_BIND_SERVICE], volumes: ['data:/data', '/srv/a:/a', '/etc/localtime:/etc/localtime:ro']",
        [],
        "volumes: { data: }",
      ),
      [],
    );
  });

  it("is what the policy pack refuses, with the line that allows it", () => {
    const lines = told(
      "cap_add: [SYS_PTRACE], security_opt: ['seccomp:unconfined'], volumes: ['/etc:/host', '/var/run/docker.sock:/s']",
    );
    assert.equal(lines.length, 4, lines.join("\n"));
    for (const word of ["SYS_PTRACE", "seccomp:unconfined", "/etc", "/var/run/docker.sock"]) {
      assert.ok(
        lines.some(
          (line) => line.startsWith("warning: shop-staging-web ") && line.endsWith(`write ${word} into slipway:allow.`),
        ),
        word,
      );
    }
  });

  it("is what does not give the machine away, and what the settings let through", () => {
    assert.deepEqual(told("cap_add: [NET_ADMIN, SYS_ADMIN], volumes: ['/etc/ssl:/x']", ["SYS_ADMIN", "/etc"]), [
      "info: shop-staging-web has the capability SYS_ADMIN, as slipway:allow lets it (SYS_ADMIN).",
      "info: shop-staging-web mounts /etc/ssl, as slipway:allow lets it (/etc/ssl).",
      "info: shop-staging-web has the capability NET_ADMIN, which others have not: take it out of cap_add where it does without.",
    ]);
  });

  it("is a disk of the machine behind a volume", () => {
    const lines = told(
      "volumes: ['data:/d']",
      [],
      "volumes: { data: { driver_opts: { type: ext4, device: /dev/sdb1 } } }",
    );
    assert.match(lines.join(), /^warning: shop-staging_data is a volume of \/dev\/sdb1/);
  });
});
