import type { HostedSettings } from "../../settings/registry";
import type { VmSettings } from "../../settings/vm";
import type { FoundDisk } from "./vm";

/** A VM that a stage declares itself, as far as it is decided before anything is declared. */
export interface PlannedVm {
  /** The package of the cloud that it is in. */
  cloud: string;
  settings: VmSettings;
  /** What people call it. */
  name: string;
  /** The kind of registry that knows the VM as what it is to its cloud. */
  registry: HostedSettings["kind"];
  /** Whether it answered when it was looked at. */
  answers: boolean;
  /** The data disk where it is there already. */
  found?: FoundDisk;
  /** When it was found to be gone. */
  gone?: string;
  /** When it did not answer: then it is waited for again, although nothing of it has changed. */
  again?: string;
}
