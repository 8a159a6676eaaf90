import type { Service } from "./model";
import type { FileRole, Environment, Session } from "./session";
import { type Path, copyOrigin, nearestOrigin, setOrigin } from "./tree";

/** An env file as a service names it. */
interface EnvFile {
  path: string;
  required?: boolean;
  format?: string;
}

/** A service before its env and label files are read. */
export type UnresolvedService = Service & { env_file?: EnvFile[]; label_file?: string[] };

/**
 * Reads a service's env and label files into its `environment` and `labels` and takes them off the service, in place. What
 * the service itself says wins over its files, a later file over an earlier one.
 */
export function resolveFiles(
  name: string,
  service: UnresolvedService,
  environment: Environment,
  session: Session,
): void {
  resolveEnvironment(name, service, environment, session);
  resolveLabels(name, service, session);
}

function resolveEnvironment(
  name: string,
  service: UnresolvedService,
  environment: Environment,
  session: Session,
): void {
  const own = service.environment ?? {};
  const all: Record<string, string | null> = {};
  const lookup = (variable: string): string | undefined =>
    environment.get(variable) ?? ownValue(own, variable) ?? ownValue(all, variable);
  (service.env_file ?? []).forEach((file, index) => {
    const path = ["services", name, "env_file", index];
    if (file.format !== undefined && file.format !== "") {
      report(service, path, `the format ${file.format} is not known: leave it out`, session);
    }
    read(service, { path, file: file.path, required: file.required !== false }, "env_file", lookup, all, session);
  });
  delete service.env_file;
  for (const [variable, value] of Object.entries(own)) {
    all[variable] = value;
    copyOrigin(own, variable, all);
  }
  if (Object.keys(all).length > 0) service.environment = all;
}

function resolveLabels(name: string, service: UnresolvedService, session: Session): void {
  const own = service.labels ?? {};
  const all: Record<string, string> = {};
  (service.label_file ?? []).forEach((file, index) => {
    const path = ["services", name, "label_file", index];
    read(service, { path, file, required: true }, "label_file", (label) => ownValue(all, label), all, session);
  });
  delete service.label_file;
  for (const [label, value] of Object.entries(own)) {
    all[label] = value;
    copyOrigin(own, label, all);
  }
  if (Object.keys(all).length > 0) service.labels = all;
}

function read(
  service: UnresolvedService,
  from: { path: Path; file: string; required: boolean },
  role: FileRole,
  lookup: (name: string) => string | undefined,
  into: Record<string, string | null>,
  session: Session,
): void {
  const entries = session.readEnvFile(from.file, role, lookup);
  if (!entries && from.required) {
    report(service, from.path, `there is no file ${from.file}: write it, or set required: false`, session);
  }
  for (const { name, value, line, variables } of entries ?? []) {
    into[name] = value;
    const at = { file: from.file, line, column: 1 };
    setOrigin(into, name, variables.length > 0 ? { at, variables } : { at });
  }
}

function report(service: UnresolvedService, path: Path, reason: string, session: Session): void {
  const at = nearestOrigin(service, path.slice(2))?.at;
  session.problems.add(at ?? { file: "", line: 0, column: 0 }, path, reason);
}

function ownValue(values: Record<string, string | null>, key: string): string | undefined {
  return (Object.hasOwn(values, key) ? values[key] : undefined) ?? undefined;
}
