import { setTimeout as wait } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { StageId } from "../docker/labels";
import type { Login } from "../settings/registryPlan";
import type { SshMachine } from "./ssh/host";

/** Asks the engine for a stack's outputs; fails as the engine does. */
export type Ask = (stack: string) => Promise<Record<string, unknown>>;

/** Outputs of a stage, as far as its own plan needs them. */
export interface Told {
  /** Whether the stage has come up before. */
  isUp: boolean;
  /** How its machine is reached; undefined: it is this machine, or not there yet. */
  machine?: SshMachine;
  /** The release that it runs, with the digest of its record. */
  release?: { name?: string; record?: string; http?: Record<string, number[]> };
  /** By what it knows what the ledger keeps of it. */
  ledger?: { key?: string; documents?: Record<string, string> };
  /** The public key that its backups are encrypted for. */
  backups?: { recipient?: string };
  /** Who its registry lets in, where a stage runs that. */
  registryLogin?: Login;
}

const tries = 20;
const pause = 200;

/**
 * What a stage told when it was last updated, secrets laid open. Not by a StackReference: a stage also asks for
 * itself, and a resource that fails to be read ends the program.
 *
 * @param stack `<organization>/<project>/<stack>`
 * @throws Error with what the engine says, where there is no such stack
 */
export async function toldBy(stack: string, ask: Ask = askEngine): Promise<Told> {
  for (let left = tries; ; left--) {
    try {
      const { machine, services, release, ledger, backups, registryLogin } = await ask(stack);
      return {
        isUp: services !== undefined,
        machine: machine as SshMachine | undefined,
        release: release as Told["release"],
        ledger: ledger as Told["ledger"],
        backups: backups as Told["backups"],
        registryLogin: registryLogin as Login | undefined,
      };
    } catch (error) {
      // A stack's file may be looked at while its own update writes it.
      if (left <= 1 || !/EOF|unexpected end|checksum/i.test(String(error))) throw error;
      await wait(pause);
    }
  }
}

/** The full name of a stage's stack. */
export function stackOf({ project, stage }: StageId): string {
  return stage.includes("/") ? stage : `${organization()}/${project}/${stage}`;
}

/** A program under Pulumi's mocks need not have one. */
function organization(): string {
  try {
    return pulumi.getOrganization();
  } catch {
    return "organization";
  }
}

/**
 * The function by which a StackReference's outputs are read (pulumi/pulumi: pkg/resource/deploy/builtins.go). A program may change what it asks
 * for, with a transform of what it invokes; the answer tells whose the outputs are.
 */
async function askEngine(asked: string): Promise<Record<string, unknown>> {
  const { name = asked, outputs = {} } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {
    name: asked,
  })) as { name?: string; outputs?: Record<string, unknown> };
  if (name !== asked) {
    throw new Error(
      `The engine answers for the stack ${name} where ${asked} was asked for: take away the program's registerInvokeTransform that changes it.`,
    );
  }
  return outputs;
}
