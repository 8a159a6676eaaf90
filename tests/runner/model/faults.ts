/** An answer of the Engine's that says no, as dockerode throws it. */
export function refusal(statusCode: number, reason: string): Error {
  return Object.assign(new Error(`(HTTP code ${statusCode}) ${reason}`), { statusCode, reason });
}

/** The process that asks is no more. Nobody ever hears of it again. */
const nothing = new Promise<never>(() => undefined);

/**
 * A process that can be killed at any moment in which it waits for the world: before its request is heard, and after, before it
 * hears the answer.
 */
export class Process {
  /** How many of these moments there were. */
  moments = 0;
  private dead = false;
  private readonly ends: (() => void)[] = [];
  /** Comes when it is killed. */
  readonly killed = new Promise<void>((end) => this.ends.push(end));

  /**
   * @param killAt in which moment it is killed; 0: never
   * @param last what is done at once when it is killed
   */
  constructor(
    private readonly killAt: number,
    private readonly last: () => void,
  ) {}

  get isDead(): boolean {
    return this.dead;
  }

  /** Asks the world for something: what happens does so in between two moments. */
  async ask<T>(effect: () => T | Promise<T>): Promise<T> {
    await this.pass();
    const answer = await effect();
    await this.pass();
    return answer;
  }

  private async pass(): Promise<void> {
    if (this.dead) return nothing;
    this.moments += 1;
    if (this.moments === this.killAt) {
      this.dead = true;
      this.last();
      this.ends.forEach((end) => end());
      return nothing;
    }
    // Others get their turn, now more and now fewer of them.
    for (let turns = (this.moments * 7) % 5; turns > 0; turns--) await undefined;
    if (this.dead) return nothing;
  }
}
