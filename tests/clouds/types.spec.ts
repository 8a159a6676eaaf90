import assert from "node:assert/strict";
import { Types } from "../e2e/clouds/simulation/schema";
import { inCloud, run } from "../components/shop";

for (const [kind, cloud, name] of [
  ["gce", "gcp", "@pulumi/gcp"],
  ["azure", "azure-native", "@pulumi/azure-native"],
] as const) {
  describe(`what a stage on a VM of the kind ${kind} declares`, () => {
    it("has every field that the real package's types ask for, and no other", async () => {
      const types = new Types(name);
      const { resources } = await run(inCloud(kind));
      const declared = resources.filter(({ type }) => type.startsWith(`${cloud}:`));
      assert.ok(declared.length >= 7, `${declared.length} resources`);
      for (const { type, inputs } of declared) assert.deepEqual(types.problems(type, inputs), []);
    });
  });
}
