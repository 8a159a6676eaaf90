import { join, relative } from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

/** What a step works with. */
export interface StepArgs {
  /** Which step to run: the name of a file in steps/. */
  run:
    | "backup"
    | "bring"
    | "build"
    | "bundle"
    | "copy"
    | "cutover"
    | "engine"
    | "entrypoint"
    | "fill"
    | "healthy"
    | "introduce"
    | "job"
    | "key"
    | "lead"
    | "mint"
    | "ready"
    | "record"
    | "unpack";
  /** What the preview should show in plain words; not read by the step. */
  shows?: Record<string, pulumi.Input<string>>;
  /** What the step reads. Secrets in it stay secret. */
  input: pulumi.Input<unknown>;
  /** A text of its own for a step that is to run again although its input is the same; undefined: it is not. */
  again?: string;
}

/**
 * A command resource that runs one of Slipway's steps, again whenever its input changes.
 *
 * Two or more are chained by resource dependencies, so nothing of the order is left to the steps themselves.
 */
export class Step extends command.local.Command {
  constructor(name: string, { run, shows, input, again }: StepArgs, opts: pulumi.CustomResourceOptions) {
    super(
      name,
      {
        create: stepCommand(run),
        environment: shows,
        stdin: pulumi.jsonStringify(input),
        ...(again === undefined ? {} : { triggers: [again] }),
        // Standard output is the result; what is said meanwhile comes on standard error.
        logging: command.local.Logging.Stderr,
      },
      opts,
    );
  }

  /** The step's result. */
  result<T>(): pulumi.Output<T> {
    return this.stdout.apply((text) => JSON.parse(text) as T);
  }
}

/**
 * The command line that runs a step.
 *
 * @param run the name of a file in steps/
 */
export function stepCommand(run: StepArgs["run"] | "disconnect"): string {
  return `node ${stepProgram()} ${run}`;
}

/** The program of all steps, relative to the project, so that a clone elsewhere or on another machine declares the very same resource. */
export function stepProgram(): string {
  const path = relative(process.cwd(), join(__dirname, "..", "steps", "main.js"));
  // The program's sources sit where the compiled files do not: under dist.
  return path.startsWith("..") || path.includes("node_modules") || path.startsWith("dist") ? path : join("dist", path);
}
