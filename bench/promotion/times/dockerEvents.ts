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
 * Listens to the events of containers.
 *
 * @param labels the labels, as `name=value`, of the containers that count; they carry all of them
 * @returns a function that stops listening and returns the events
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
    // The last events may still be on their way.
    await sleep(300);
    child.kill();
    await closed;
    return events;
  };
}
