/**
 * Runs `work` for every item, a few at once. After a failure no further item is begun, and those under way are awaited,
 * so that no work goes on once the caller handles the error.
 *
 * @param atOnce how many at once
 * @throws the first error of `work`, by the order of the items' lanes
 */
export async function each<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = items.values();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const item of waiting) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure) throw failure.reason;
}
