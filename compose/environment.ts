import type { EnvEntry } from "./dotenv";
import type { Service } from "./model";
import type { Environment, Session } from "./session";
import { type Path, copyOrigin, nearestOrigin, setOrigin } from "./tree";

/** An env file of a service. */
interface EnvFile {
  path: string;
  required?: boolean;
  format?: string;
}

/** A service before its env and label files are read. */
export type UnresolvedService = Service & { env_file?: EnvFile[]; label_file?: string[] };

/**
 * Reads a service's env and label files into its `environment` and `labels` and removes them from the service, in
 * place. The service's own values win over its files, a later file over an earlier one.
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
  const lookup = (variable: string): string | undefined => environment.get(variable) ?? textOf(own, variable);
  (service.env_file ?? []).forEach(({ path, required = true, format = "" }, index) => {
    const key = ["services", name, "env_file", index];
    if (!["", "raw"].includes(format)) {
      report(service, key, `the format ${format} is not known: write raw or leave it out`, session);
    }
    const options = { raw: format === "raw", earlier: (variable: string) => textOf(all, variable) };
    const entries = session.readEnvFile(path, "env_file", lookup, options);
    if (!entries && required) {
      report(service, key, `there is no file ${path}: write it, or set required: false`, session);
    }
    take(entries ?? [], path, all);
  });
  delete service.env_file;
  override(all, own);
  if (Object.keys(all).length > 0) service.environment = all;
}

function resolveLabels(name: string, service: UnresolvedService, session: Session): void {
  const all: Record<string, string> = {};
  (service.label_file ?? []).forEach((path, index) => {
    const entries = session.readEnvFile(path, "label_file", (label) => textOf(all, label));
    if (!entries) report(service, ["services", name, "label_file", index], `there is no file ${path}`, session);
    take(entries ?? [], path, all);
  });
  delete service.label_file;
  override(all, service.labels ?? {});
  if (Object.keys(all).length > 0) service.labels = all;
}

function take(entries: readonly EnvEntry[], file: string, into: Record<string, string | null>): void {
  for (const { name, value, line, variables } of entries) {
    into[name] = value;
    const at = { file, line, column: 1 };
    setOrigin(into, name, variables.length > 0 ? { at, variables } : { at });
  }
}

function override(all: Record<string, string | null>, own: Record<string, string | null>): void {
  for (const [name, value] of Object.entries(own)) {
    all[name] = value;
    copyOrigin(own, name, all);
  }
}

function report(service: UnresolvedService, path: Path, reason: string, session: Session): void {
  const at = nearestOrigin(service, path.slice(2))?.at;
  session.problems.add(at ?? { file: "", line: 0, column: 0 }, path, reason);
}

function textOf(values: Record<string, string | null>, key: string): string | undefined {
  return (Object.hasOwn(values, key) ? values[key] : undefined) ?? undefined;
}
