/**
 * The paths of the machine that stand behind a volume of the local driver, which hands its options to mount(8): what is bound, and the layers of an
 * overlay.
 */
export function pathsBehind(options: Readonly<Record<string, string>>): string[] {
  const layers = (options["o"] ?? "")
    .split(",")
    .flatMap((option) => /^(?:lowerdir|upperdir|workdir)\+?=(.*)$/.exec(option.trim())?.[1]?.split(/(?<!\\):+/) ?? []);
  // A server's path (`host:/export`, `//host/share`) is none of this machine's.
  const device = options["device"] ?? "";
  return [device.startsWith("//") || /^[^/]*:/.test(device) ? "" : device, ...layers]
    .filter((path) => path.includes("/"))
    .map((path) => path.replaceAll("\\", ""));
}
