import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerEvent } from "./containers";

interface Told {
  Action: string;
  Actor: { ID: string };
  timeNano: number;
}

const actions = ["create", "start", "health_status", "kill", "die"];

/**
 * Listens to what happens to containers.
 *
 * @param labels which containers: those that carry all of these, as `name=value`
 * @returns a function that stops listening and tells what happened
 */
export function listen(labels: readonly string[]): () => Promise<ContainerEvent[]> {
  const events: ContainerEvent[] = [];
  const filters = [...labels.map((label) => `label=${label}`), ...actions.map((action) => `event=${action}`)];
  const args = ["events", "--filter", "type=container", ...filters.flatMap((filter) => ["--filter", filter])];
  const child = spawn("docker", [...args, "--format", "{{json .}}"], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = new Promise((done) => child.once("close", done));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { Action, Actor, timeNano } = JSON.parse(line) as Told;
    events.push({ container: Actor.ID, action: Action, at: timeNano / 1e6 });
  });
  return async () => {
    // What has just happened may still be on its way.
    await sleep(300);
    child.kill();
    await closed;
    return events;
  };
}
