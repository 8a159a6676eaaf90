/**
 * The platform, as Docker writes it, of a VM that has yet to be made, by the name of its size. A cloud's newer sizes
 * may be of another platform than their names tell here; from the second update on, the VM itself is asked.
 *
 * @see https://cloud.google.com/compute/docs/instances/arm-on-compute
 * @see https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions (`p`: ARM)
 */
export function platformOf({ kind, size }: { kind: "gce" | "azure"; size: string }): string {
  const arm = kind === "gce" ? /^([a-z]\d+a|a4x)-/ : /^Standard_[A-Z]+\d+(-\d+)?[a-z]*p/;
  return arm.test(size) ? "linux/arm64" : "linux/amd64";
}
