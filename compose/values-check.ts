import { isIP } from "node:net";
import { deviceRequests } from "./defaults";
import type { Problems } from "./problems";
import { type Dict, type Path, dictAt, isDict, listAt, nearestOrigin } from "./tree";

/** Checks of single values that the schema cannot express (compose-go 2.9, package `validation`). */
export function checkValues(document: Dict, problems: Problems): void {
  const report = (path: Path, reason: string): void => {
    problems.add(nearestOrigin(document, path)?.at ?? { file: "", line: 0, column: 0 }, path, reason);
  };
  for (const [name, volume] of Object.entries(dictAt(document, "volumes") ?? {})) {
    if (isDict(volume)) checkExternal(["volumes", name], volume, report);
  }
  checkContents(document, "configs", ["file", "environment", "content"], report);
  checkContents(document, "secrets", ["file", "environment"], report);
  for (const [name, service] of Object.entries(dictAt(document, "services") ?? {})) {
    if (isDict(service)) checkService(["services", name], service, report);
  }
}

type Report = (path: Path, reason: string) => void;

function checkExternal(path: Path, volume: Dict, report: Report): void {
  if (volume.external !== true) return;
  const extra = Object.keys(volume).find((key) => !["name", "external"].includes(key) && !key.startsWith("x-"));
  if (extra === undefined) return;
  report([...path, extra], `an external volume exists already and takes nothing but a name: remove ${extra}`);
}

function checkContents(document: Dict, kind: string, sources: string[], report: Report): void {
  for (const [name, value] of Object.entries(dictAt(document, kind) ?? {})) {
    if (!isDict(value)) continue;
    const given = sources.filter((source) => Object.hasOwn(value, source));
    if (given.length > 1) report([kind, name], `${given.join(" and ")} exclude each other: keep one`);
    const elsewhere = Object.hasOwn(value, "driver") || Object.hasOwn(value, "external");
    if (given.length === 0 && !elsewhere)
      report([kind, name], `nothing says its content: write ${sources.join(" or ")}`);
  }
}

function checkService(path: Path, service: Dict, report: Report): void {
  for (const key of ["ports", "volumes"]) {
    (listAt(service, key) ?? []).forEach((element, index) => {
      if (isDict(element) && !Object.hasOwn(element, "target")) report([...path, key, index], "target is missing here");
    });
  }
  (listAt(service, "ports") ?? []).forEach((port, index) => {
    if (!isDict(port) || typeof port.host_ip !== "string" || isIP(port.host_ip) > 0) return;
    report([...path, "ports", index, "host_ip"], `"${port.host_ip}" is not an IP address`);
  });
  for (const request of deviceRequests(service)) {
    if (!Object.hasOwn(request, "count") || !Object.hasOwn(request, "device_ids")) continue;
    report(path, "a device request takes either count or device_ids, not both");
  }
}
