import assert from "node:assert/strict";
import { inputOf, step, the } from "../engine";
import { building, promoted, run, serviceOf } from "../shop";

describe("what git holds and a service writes to", () => {
  const compose = `
services:
  web:
    image: "redis:7"
    user: "1000"
    volumes: ["./reports.conf:/etc/reports.conf"]
    x-slipway: { writable: [./reports.conf] }
`;

  for (const plan of [building({ compose }), promoted({ compose })]) {
    it(`goes from the release onto its volume before the service mounts it, in ${plan.id.stage}`, async () => {
      const { resources } = await run(plan);
      const [kept] = plan.application.kept;
      const filled = the(resources, step, `${kept?.name}-filled`);
      const { image } = serviceOf(resources, plan, "web").inputs;
      assert.deepEqual(inputOf(filled)["seed"], {
        owner: { image, user: "1000" },
        files: [{ path: "", contentBase64: Buffer.from("daily\n").toString("base64"), permissions: "0644" }],
      });
      assert.ok(serviceOf(resources, plan, "web").dependsOn.includes(filled.urn));
    });
  }
});
