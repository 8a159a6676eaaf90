import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Document, isMap, parse, parseDocument } from "yaml";
import { passphraseCipher, type Cipher } from "./cipher";
import { rebuilt, type Value } from "./resource";

/** A Pulumi project, as far as the runner needs to know it. */
export interface Project {
  name: string;
  /** The folder of `Pulumi.yaml`. */
  folder: string;
  /** The program, relative to the folder. */
  main: string;
  /** Environment variables that Pulumi's language host would set for the runtime's options. */
  env: Record<string, string>;
}

/**
 * Reads `Pulumi.yaml`.
 *
 * @throws Error where there is none, and for a program that is not one for Node.js
 */
export function readProject(folder: string): Project {
  const file = join(folder, "Pulumi.yaml");
  if (!existsSync(file)) throw new Error(`There is no Pulumi.yaml in ${folder}: run this in the project's folder.`);
  const { name, main = ".", runtime } = parse(readFileSync(file, "utf8")) as Value;
  const { name: language, options = {} } = typeof runtime === "string" ? { name: runtime } : (runtime ?? {});
  if (language !== "nodejs") throw new Error(`${file} has the runtime ${language}: the runner runs nodejs only.`);
  const env = {
    PULUMI_NODEJS_TYPESCRIPT: String(options.typescript ?? true),
    // The runner is for trying: types are looked at where the program is written.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    ...(options.tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig } : {}),
  };
  return { name, folder, main, env };
}

/** The settings of one stage: `Pulumi.<stage>.yaml`, in the form and with the encryption that Pulumi has for it. */
export class Settings {
  readonly cipher: Cipher;
  private readonly file: string;
  private readonly document: Document;

  constructor({ folder }: Project, stage: string) {
    this.file = join(folder, `Pulumi.${stage}.yaml`);
    this.document = existsSync(this.file) ? parseDocument(readFileSync(this.file, "utf8")) : new Document({});
    this.cipher = passphraseCipher(this.document.get("encryptionsalt") as string | undefined, (salt) => {
      this.document.set("encryptionsalt", salt);
      this.write();
    });
  }

  get exist(): boolean {
    return existsSync(this.file);
  }

  /** What the program is given, as the SDK takes it: each setting as text, and which of them hold secrets. */
  forProgram(): { values: Record<string, string>; secrets: string[] } {
    const secrets: string[] = [];
    const opened = this.entries().map(([key, value]) => {
      const open = rebuilt(value, (part) => {
        if (!isSecure(part)) return undefined;
        secrets.push(key);
        return this.cipher.decrypt(part.secure);
      });
      return [key, text(open)] as const;
    });
    return { values: Object.fromEntries(opened), secrets: [...new Set(secrets)] };
  }

  /** The settings without their secrets, for people to read. */
  shown(): Record<string, string> {
    const hide = (value: Value): Value => rebuilt(value, (part) => (isSecure(part) ? "[secret]" : undefined));
    return Object.fromEntries(this.entries().map(([key, value]) => [key, text(hide(value))]));
  }

  /** @param path such as `slipway:env.WEB_PORT` */
  get(path: string): string | undefined {
    const value =
      (this.document.getIn(["config", ...parts(path)], false) as Value)?.toJSON?.() ??
      this.document.getIn(["config", ...parts(path)]);
    if (value === undefined) return undefined;
    return text(isSecure(value) ? this.cipher.decrypt(value.secure) : value);
  }

  set(path: string, value: string, hidden: boolean): void {
    const written = hidden ? { secure: this.cipher.encrypt(value) } : parsed(value);
    if (!isMap(this.document.get("config"))) this.document.set("config", this.document.createNode({}));
    this.document.setIn(["config", ...parts(path)], this.document.createNode(written));
    this.write();
  }

  remove(path: string): void {
    if (!this.document.hasIn(["config", ...parts(path)])) return;
    this.document.deleteIn(["config", ...parts(path)]);
    this.write();
  }

  private entries(): [string, Value][] {
    return Object.entries((this.document.toJS() as { config?: Record<string, Value> } | null)?.config ?? {});
  }

  private write(): void {
    writeFileSync(this.file, this.document.toString());
  }
}

function isSecure(value: Value): value is { secure: string } {
  return typeof value?.secure === "string";
}

function text(value: Value): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** As `pulumi config set --path` does: true, false and whole numbers are what they look like. */
function parsed(value: string): string | number | boolean {
  if (value === "true" || value === "false") return value === "true";
  return /^(0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : value;
}

/** The parts of a path as Pulumi has it: `slipway:registry.mirrors["docker.io"]` has three, the last with a dot in it. */
function parts(path: string): string[] {
  return [...path.matchAll(/\["([^"]+)"\]|[^.[\]]+/g)].map(([part, quoted]) => quoted ?? part);
}
