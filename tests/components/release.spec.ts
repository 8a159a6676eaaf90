import assert from "node:assert/strict";
import { inputOf, step, the } from "./engine";
import { building, run } from "./shop";

describe("an image that is built of another service's", () => {
  it("is built after that one, of its digest", async () => {
    const plan = building({ compose: "services:\n  app: { build: ./app }\n  zero: { build: ./zero }\n" });
    assert.ok(plan.origin.kind === "build");
    const [app] = plan.origin.source.images;
    assert.ok(app?.from.kind === "build");
    app.from.bases = { base: "zero" };
    const { resources } = await run(plan);
    const contexts = inputOf(the(resources, step, "app-release-app-build"))["contexts"] as Record<string, string>;
    assert.match(contexts["base"] ?? "", /^shop\/[\w/]+@sha256:[0-9a-f]{64}$/);
    const { contexts: none, ...others } = inputOf(the(resources, step, "app-release-zero-build"));
    assert.equal(none, undefined);
    assert.ok(!JSON.stringify(others).includes("contexts"));
  });
});
