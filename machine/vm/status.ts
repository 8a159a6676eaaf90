/** How a cloud says that a VM is: `there` is whatever runs, or is about to. */
export type VmStatus = "there" | "stopped" | "gone";
