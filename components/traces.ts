/**
 * Declares resources without a stack trace for each.
 *
 * The SDK notes a stack trace with every property of every resource, which took 2.5 of 3.4 seconds of a stage with a hundred
 * services (docs/decisions/speed.md). They serve to find promises that are never awaited; a stage's declaration awaits none.
 */
export function withoutTraces<T>(declare: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return declare();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
