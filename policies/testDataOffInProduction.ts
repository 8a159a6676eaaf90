import { containersOf, environmentIn } from "./container";
import { isProduction } from "./stage";
import { productionStages, type Rule } from "./rule";

/**
 * Accounts and records for tests are no part of production, and never enter a stage that takes over a tested release.
 */
export const testDataOffInProduction: Rule = {
  name: "test-data-off-in-production",
  description: "Test data are off in production, and wherever a stage promotes.",
  settings: { ...productionStages, variables: "Further variables that turn test data on" },
  problems(resource, stage, { production, variables = [] }) {
    if (!isProduction(stage, production)) return [];
    const switches = ["ENABLE_TEST_DATA", ...variables];
    return containersOf(resource).flatMap((container) =>
      environmentIn(container)
        .filter(([name, value]) => switches.includes(name) && !off.test(value.trim()))
        .map(
          ([name]) =>
            `${container.name} has ${name} on, and ${stage.stage} is for real data: set ${name} to "false" there, in slipway:env or in the stage's overlay.`,
        ),
    );
  },
};

const off = /^(false|0|no|off|)$/i;
