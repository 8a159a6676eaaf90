import { setTimeout as pause } from "node:timers/promises";

/** Waits until a condition holds. */
export async function until(holds: () => Promise<boolean> | boolean, seconds: number, what: string): Promise<void> {
  const limit = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`${what}: not within ${seconds} s`);
    await pause(50);
  }
}
