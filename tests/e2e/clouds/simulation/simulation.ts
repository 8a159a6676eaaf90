import { Types, unknown } from "./schema";
import type { Cloud, Kind } from "./kind";
import { Store, type Thing, type Values } from "./store";

/** A cloud that is none: it takes what the real one's types allow, writes it down, and boots containers for VMs. */
export class Simulation {
  readonly store: Store;
  private readonly types: Types;

  constructor(
    private readonly cloud: Cloud,
    folder: string,
  ) {
    this.store = new Store(folder);
    this.types = new Types(cloud.types);
  }

  /** That of the package whose provider it stands in for: the engine warns of another. */
  get version(): string {
    return this.types.version;
  }

  /** Refuses what lacks a required field, or has one that there is not. */
  check(token: string, inputs: Values): void {
    this.kind(token);
    const problems = this.types.problems(token, inputs);
    if (problems.length > 0) throw new Error(`The simulated cloud refuses this: ${problems.join(" ")}`);
  }

  /** Which fields differ, and which of them cannot be changed. */
  diff(token: string, before: Values, after: Values): { changed: string[]; fixed: string[] } {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !key.startsWith("__"));
    const changed = keys.filter((key) => !isSame(before[key], after[key]));
    const { fixed = [] } = this.kind(token);
    return { changed, fixed: changed.filter((key) => fixed.includes(key)) };
  }

  async create(token: string, inputs: Values, isPreview: boolean): Promise<Pick<Thing, "id" | "outputs">> {
    const kind = this.kind(token);
    if (isPreview) {
      return { id: "", outputs: { ...inputs, ...Object.fromEntries(kind.adds.map((key) => [key, unknown])) } };
    }
    const id = kind.idOf(inputs);
    if (await this.find(id)) throw new Error(`The simulated cloud has ${id} already.`);
    // What somebody took away behind the engine's back may have left something.
    await this.remove(token, id);
    const outputs = { ...inputs, ...(await kind.create?.(inputs, this)) };
    this.store.put({ token, id, inputs, outputs });
    return { id, outputs };
  }

  async update(token: string, id: string, inputs: Values, isPreview: boolean): Promise<Values> {
    const before = await this.find(id);
    if (!before) throw new Error(`The simulated cloud has no ${id} (not found).`);
    const { adds, update } = this.kind(token);
    const kept = Object.fromEntries(adds.map((key) => [key, before.outputs[key]]));
    if (isPreview) return { ...inputs, ...kept };
    const outputs = { ...inputs, ...kept, ...(await update?.(inputs, before, this)) };
    this.store.put({ token, id, inputs, outputs });
    return outputs;
  }

  /** What the engine asks for. */
  async delete(token: string, id: string): Promise<void> {
    const { missed } = this.kind(token);
    if (missed && !(await this.find(id))) throw new Error(missed(id));
    await this.remove(token, id);
  }

  async remove(token: string, id: string): Promise<void> {
    const thing = this.store.find(id);
    if (thing) await this.kind(token).remove?.(thing, this);
    this.store.remove(id);
  }

  /** Something as it is; undefined where somebody took it away. */
  async find(id: string): Promise<Thing | undefined> {
    const thing = this.store.find(id);
    const { isThere } = thing ? this.kind(thing.token) : {};
    return thing && (!isThere || (await isThere(thing, this))) ? thing : undefined;
  }

  async call(token: string, inputs: Values): Promise<Values> {
    const call = this.cloud.calls[token];
    if (!call) throw new Error(`The simulated cloud does not know the function ${token}.`);
    return call(inputs, this);
  }

  private kind(token: string): Kind {
    const kind = this.cloud.kinds[token];
    if (!kind) throw new Error(`The simulated cloud does not know resources of the type ${token}.`);
    return kind;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
