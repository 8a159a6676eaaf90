import { GuardedRegistry } from "./registry";
import { checkBuilt, missing } from "./requirements";

/** Looks once, before anything else, at what the scenarios need; without it they are pending, with the reason said. */
export const mochaHooks = {
  async beforeAll(this: Mocha.Context): Promise<void> {
    const reason = await missing();
    if (reason) {
      console.log(`  nothing is deployed in this run: ${reason}`);
      this.skip();
    }
    checkBuilt();
  },

  async afterAll(): Promise<void> {
    await GuardedRegistry.end();
  },
};
