import assert from "node:assert/strict";
import { containers } from "./docker";
import type { Engine, Outcome, Preview, Update } from "./engine";
import type { Project } from "./project";

/**
 * Makes the scenarios of one suite depend on each other: behind one that failed there is no stage left that the next ones
 * could say anything about, so they are pending.
 */
export function inOrder(): void {
  let broken = false;
  beforeEach(function () {
    if (broken) {
      this.skip();
    }
  });
  afterEach(function () {
    broken ||= this.currentTest?.state === "failed";
  });
}

/** An operation that has to succeed. */
export async function succeeds<T extends Outcome>(operation: Promise<T>): Promise<T> {
  const outcome = await operation;
  assert.ok(outcome.ok, outcome.text);
  return outcome;
}

/** Brings a stage up and makes sure that nothing is left to do: neither by the program nor by what the machine shows. */
export async function upAndClean(engine: Engine, stage: string): Promise<Update> {
  const update = await succeeds(engine.up(stage));
  const drift = await engine.refreshPreview(stage);
  assert.ok(drift.ok, `after the update of ${stage} the next one would change something:\n${drift.text}`);
  return update;
}

/** The services whose containers a preview says are touched. */
export function touched({ changes }: Preview, { name }: Project, stage: string): string[] {
  const prefix = `${name}-${stage}-`;
  const names = changes
    .filter(({ type }) => type === "docker:index/container:Container")
    .map(({ name }) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
  return [...new Set(names)].sort();
}

/**
 * Makes sure that an update and a preview are refused with one clear sentence, and that nothing changed: no container is
 * another one, and the ledger holds what it held.
 *
 * @param says what the sentence must hold
 */
export async function refuses(project: Project, stage: string, says: RegExp): Promise<void> {
  const before = await standing(project);
  const update = await project.engine.up(stage);
  assert.ok(!update.ok, `the update was not refused:\n${update.text}`);
  assertClear(update, says);
  assert.deepEqual(await standing(project), before, "the refused update changed something");
}

/** A refusal says what it has to say, and shows no stack. */
export function assertClear({ text }: Outcome, says: RegExp): void {
  const sentence = text.split("\n").find((line) => /^\s*error: /.test(line)) ?? "";
  assert.match(sentence, says, text);
  // A problem of a compose file comes as file, line, column, key and reason.
  assert.match(sentence.trim(), /[.?)]$|\.yaml:\d+:\d+: \S+: /, `no whole sentence: ${sentence}`);
  assert.doesNotMatch(text, /^\s+at .*:\d+:\d+\)?$/m, "a stack trace is no explanation");
  assert.doesNotMatch(text, /unhandled exception/);
}

/** Everything of a project that a refused update could have changed. */
async function standing(project: Project): Promise<unknown> {
  const all = await containers(project.name);
  return { containers: all.map(({ Id, State }) => [Id, State.Status]), releases: await project.releases() };
}
