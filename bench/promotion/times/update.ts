import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Command } from "../../stack";

/**
 * An event of Pulumi's engine, as far as an update's times need it, with the time of its arrival; milliseconds since
 * 1970.
 */
export interface EngineEvent {
  at: number;
  resourcePreEvent?: { metadata: Metadata };
  resOutputsEvent?: { metadata: Metadata };
  resOpFailedEvent?: { metadata: Metadata };
  diagnosticEvent?: { urn?: string; message: string; severity: string };
}

/** An event's words about its resource. */
export interface Metadata {
  /** `same`, `create`, `create-replacement`, `update`, … */
  op: string;
  urn: string;
  type: string;
}

/** The course of an update. */
export interface Update {
  /** The program's exit code: 0 where it succeeded. */
  code: number;
  /** When it was started, and when its process had ended; milliseconds since 1970. */
  from: number;
  to: number;
  events: EngineEvent[];
}

/** Runs `pulumi up` without the preview, as a person does who has confirmed it, and notes the time of each event. */
export function update({ args, cwd, env }: Command): Promise<Update> {
  return new Promise((done, fail) => {
    const from = Date.now();
    const events: EngineEvent[] = [];
    const child = spawn("pulumi", args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "ignore"] });
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("{")) events.push({ ...(JSON.parse(line) as EngineEvent), at: Date.now() });
    });
    child.once("error", fail);
    child.once("close", (code) => done({ code: code ?? 137, from, to: Date.now(), events }));
  });
}

/** The engine's errors and warnings, a line each. */
export function said(events: readonly EngineEvent[]): string {
  return events
    .flatMap(({ diagnosticEvent: event }) => (event && event.severity !== "debug" ? [event.message.trimEnd()] : []))
    .join("\n");
}
