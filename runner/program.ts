import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { socketFolder } from "slipway/engine";
import type { Project } from "./settings";

/** A program to be run for one stage. */
export interface ProgramRun {
  project: Project;
  stage: string;
  /** The settings, and which of them hold secrets. */
  config: { values: Record<string, string>; secrets: string[] };
  preview: boolean;
  /** What answers its requests for resources. */
  monitor: UntypedServiceImplementation;
  /** Shows what it says; `severity` as Pulumi has it: info, warning, error. */
  log: (severity: string, message: string) => void;
}

const severities = ["debug", "info", "warning", "error"];
/** It has said itself what is wrong (cmd/run of Pulumi's SDK). */
const saidItself = 32;

/**
 * Runs a project's program as Pulumi's language host does: by the SDK's own `cmd/run`, which asks over gRPC for what the
 * program declares.
 *
 * @returns whether it came to its end
 * @throws Error where the folder for sockets is not this user's alone
 */
export async function runProgram(run: ProgramRun): Promise<boolean> {
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceMonitorService as never, run.monitor);
  server.addService(EngineService as never, engine(run.log));
  // Whoever reaches it may have anything made, as root on the Docker Engine: nobody but this user gets there.
  const own = mkdtempSync(join(socketFolder(), "program-"));
  const remove = (): void => rmSync(own, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    const address = `unix:${join(own, "engine")}`;
    await new Promise<void>((done, fail) =>
      server.bindAsync(address, ServerCredentials.createInsecure(), (error) => (error ? fail(error) : done())),
    );
    return await runAt(address, run);
  } finally {
    server.forceShutdown();
    process.off("exit", remove);
    remove();
  }
}

async function runAt(address: string, run: ProgramRun): Promise<boolean> {
  const sdk = createRequire(join(run.project.folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const child = start(run, sdk, address);
  // The program has to end with the runner, however that comes to its exit.
  const end = (): unknown => child.kill("SIGKILL");
  process.once("exit", end);
  try {
    const said = Promise.all([repeat(child.stdout, run.log), repeat(child.stderr, run.log)]);
    const [code] = (await once(child, "close")) as [number | null];
    await said;
    if (code !== 0 && code !== saidItself) run.log("error", `The program ended with ${code ?? "a signal"}.`);
    return code === 0;
  } finally {
    process.off("exit", end);
  }
}

function start({ project, stage, config, preview }: ProgramRun, program: string, address: string): ChildProcess {
  const flags = {
    monitor: address,
    engine: address,
    project: project.name,
    stack: stage,
    organization: "organization",
    "root-directory": project.folder,
    pwd: project.folder,
    parallel: "16",
  };
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const env = {
    ...process.env,
    ...project.env,
    PULUMI_CONFIG: JSON.stringify(config.values),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secrets),
  };
  const all = [program, ...args, ...(preview ? ["--dry-run"] : []), project.main];
  return spawn(process.execPath, all, { cwd: project.folder, env, stdio: ["ignore", "pipe", "pipe"] });
}

async function repeat(stream: NodeJS.ReadableStream | null, log: ProgramRun["log"]): Promise<void> {
  if (stream) for await (const line of createInterface({ input: stream })) log("info", line);
}

/** Pulumi's Engine service: what a program says to the person who waits; all else it asks of it is no matter here. */
function engine(log: ProgramRun["log"]): UntypedServiceImplementation {
  const methods = Object.entries(EngineService as unknown as Record<string, { responseType: new () => unknown }>);
  return Object.fromEntries(
    methods.map(([name, { responseType }]) => [
      name,
      ({ request }: { request: unknown }, reply: (error: null, answer: unknown) => void): void => {
        if (name === "log") say(request as LogRequest);
        reply(null, new responseType());
      },
    ]),
  );

  function say(request: LogRequest): void {
    const severity = severities[request.getSeverity()] ?? "info";
    if (severity !== "debug") log(severity, request.getMessage().trimEnd());
  }
}
