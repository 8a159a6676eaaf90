import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Values as they go over the wire. */
export type Values = Record<string, unknown>;

/** Something that a simulated cloud has. */
export interface Thing {
  token: string;
  id: string;
  /** What it was given. */
  inputs: Values;
  /** That and what the cloud adds. */
  outputs: Values;
}

/** What a simulated cloud has, in a folder: a file for each thing. */
export class Store {
  constructor(readonly folder: string) {
    mkdirSync(join(folder, "things"), { recursive: true, mode: 0o700 });
  }

  find(id: string): Thing | undefined {
    const file = this.fileOf(id);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Thing) : undefined;
  }

  put(thing: Thing): void {
    writeFileSync(this.fileOf(thing.id), JSON.stringify(thing, undefined, 2), { mode: 0o600 });
  }

  remove(id: string): void {
    rmSync(this.fileOf(id), { force: true });
  }

  /** All things of a type, or all. */
  all(token?: string): Thing[] {
    return readdirSync(join(this.folder, "things"))
      .map((file) => JSON.parse(readFileSync(join(this.folder, "things", file), "utf8")) as Thing)
      .filter((thing) => token === undefined || thing.token === token);
  }

  /** A number that was not given out before. */
  next(): number {
    const file = join(this.folder, "counter");
    const number = existsSync(file) ? Number(readFileSync(file, "utf8")) + 1 : 1;
    writeFileSync(file, String(number));
    return number;
  }

  /** Ids of Azure's are the same in upper and lower case. */
  private fileOf(id: string): string {
    return join(
      this.folder,
      "things",
      `${createHash("sha256").update(id.toLowerCase()).digest("hex").slice(0, 24)}.json`,
    );
  }
}
