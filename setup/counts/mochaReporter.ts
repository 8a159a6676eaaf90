import { writeFileSync } from "node:fs";
import Mocha from "mocha";
import { whyOf, type Counts } from "./counts";

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Mocha.Runner.constants;

/**
 * Mocha's own spec output, and beside it the counts of the run as JSON in the file that the reporter option `counts`
 * names: mocha takes one reporter only.
 */
class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const skipped: string[] = [];
    const failures: string[] = [];
    runner.on(EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    runner.on(EVENT_TEST_FAIL, (test, error: Error) => {
      failures.push(`${test.fullTitle()}: ${whyOf(error.message)}`);
    });
    runner.once(EVENT_RUN_END, () => {
      const counts: Counts = { passed: this.stats.passes, failed: this.stats.failures, failures, skipped };
      const { counts: file } = (options.reporterOptions ?? {}) as { counts?: string };
      if (file) {
        writeFileSync(file, JSON.stringify(counts));
      }
    });
  }
}

export = CountingReporter;
