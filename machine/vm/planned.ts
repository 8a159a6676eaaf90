import type * as pulumi from "@pulumi/pulumi";
import type { HostedSettings } from "../../settings/registry";
import type { VmComponent } from "./vm";

/** A VM that a stage declares itself, as far as it is decided before anything is declared. */
export interface PlannedVm {
  /** The kind of registry that knows the VM as what it is to its cloud. */
  registry: HostedSettings["kind"];
  /** Whether it answered when it was looked at. */
  answers: boolean;
  /** What people call it. */
  name: string;
  /** When that was, where it did not: then it is waited for again, although nothing of it has changed. */
  again?: string;
  /**
   * Declares it.
   *
   * @param ports of the machine on which the stage's HTTP services are published for everybody
   */
  declare(name: string, ports: number[], opts: pulumi.ComponentResourceOptions): VmComponent;
}
