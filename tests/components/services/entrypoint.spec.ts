import assert from "node:assert/strict";
import { inputOf, of, step, the } from "../engine";
import { building, promoted, run, serviceOf } from "../shop";

describe("an empty argument behind the entrypoint of an image that is built", () => {
  const compose = `
services:
  web: { build: ./web, command: [serve, ""] }
  job: { build: ./web, command: [migrate, ""], profiles: [job] }
  plain: { build: ./web, command: [serve] }
`;

  for (const plan of [building({ compose }), promoted({ compose })]) {
    it(`is handed over with the entrypoint that the machine tells, in ${plan.id.stage}`, async () => {
      const { resources } = await run(plan);
      const web = serviceOf(resources, plan, "web");
      assert.deepEqual(web.inputs["entrypoints"], ["/entry", "--now", "serve", ""]);
      assert.equal(web.inputs["command"], undefined);
      assert.deepEqual(inputOf(the(resources, step, "web-entrypoint")), { image: web.inputs["image"] });
      assert.deepEqual(serviceOf(resources, plan, "plain").inputs["command"], ["serve"]);
      assert.equal(of(resources, step).filter(({ name }) => name.endsWith("-entrypoint")).length, 2);
      const { entrypoints } = inputOf(the(resources, step, "app-jobs-job"))["container"] as { entrypoints: string[] };
      assert.deepEqual(entrypoints, ["/entry", "--now", "migrate", ""]);
    });
  }
});
