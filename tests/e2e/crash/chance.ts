/** Numbers from 0 to 1 by a seed that is printed, so that a run can be repeated: SLIPWAY_SEED takes it again. */
export function chance(): () => number {
  const seed = Number(process.env["SLIPWAY_SEED"] ?? Date.now() % 1_000_000);
  console.log(`      SLIPWAY_SEED=${seed}`);
  let state = seed;
  // Park and Miller's generator (Communications of the ACM 31, 1988).
  return () => (state = (state * 48271 + 11) % 2147483647) / 2147483647;
}
