import { randomBytes } from "node:crypto";
import { bound, decide, ignoring, lastFirst, type Decision } from "./decide";
import { Unfinished, type Hands, type Kind, type Made } from "./kinds/kind";
import { has, isSecret, nameOf, plain, secret, type Request, type Resource, type Values } from "./resource";
import type { State } from "./state";
import { withRemedy } from "slipway/engine";

/** One thing that an update does, or a preview says it would do. */
export interface Step {
  /** `delete replaced` ends a replacement that the update told of before. */
  op: "create" | "update" | "replace" | "delete" | "delete replaced";
  urn: string;
  type: string;
  name: string;
}

/** What a program is told of a resource that it asked for. */
export interface Registered {
  id: string;
  outputs: Values;
}

/** What an update works with. */
export interface Surroundings {
  state: State;
  kindOf(type: string): Kind;
  /** @param provider the inputs of the step's provider, where it has one of its own */
  hands(step: Pick<Step, "urn" | "type">, provider: Values | undefined): Hands;
  /** Whether nothing is done, but told. */
  preview?: boolean;
  /** Is told of each step before and after it. */
  watch?(step: Step, moment: "before" | "after" | "failed", error?: Error): void;
}

/** No more is begun, because something failed or somebody wants it to end. */
export class Stopped extends Error {}

/**
 * One run of a program against what the state holds: makes what is new, changes what differs, and at the end of a run that
 * succeeded takes away what is no longer wanted. After each single step the state says how far it came.
 */
export class Update {
  /** What was done, or would be, in its order. */
  readonly steps: Step[] = [];
  /** What went wrong first. */
  failure?: Error;
  private readonly seen = new Set<string>();
  private readonly going = new Set<string>();
  private readonly running = new Set<Promise<unknown>>();

  constructor(private readonly around: Surroundings) {}

  /** Takes away what an update that was killed began to make: its name was written down before. */
  async recover(): Promise<void> {
    for (const resource of this.state.resources.filter(({ pending }) => pending)) {
      if (!resource.retainOnDelete) {
        await this.kind(resource).discard?.(plain(resource.inputs), this.hands(resource));
      }
      this.state.remove(resource);
    }
  }

  /**
   * Brings one resource to where the program wants it.
   *
   * @throws Stopped where something failed before
   * @throws Error where this resource fails
   */
  async register(asked: Request): Promise<Registered> {
    if (this.failure) throw new Stopped(this.failure.message);
    try {
      if (this.seen.has(asked.urn)) throw new Error(`The program declares two resources with the URN ${asked.urn}.`);
      this.seen.add(asked.urn);
      if (!asked.custom) return { id: "", outputs: {} };
      const kind = this.kind(asked);
      const old = this.state.current(asked.urn);
      const request = ignoring(asked, old);
      const found = old && kind.look ? await kind.look(old.id, plain(old.inputs), this.hands(old)) : "as declared";
      const named = keepsName(request, old, kind);
      const decision = decide(old, named, kind, found);
      return await this.apply(request, named, old, kind, decision, found === "changed");
    } catch (error) {
      this.fail(error as Error);
      throw error;
    }
  }

  /** Begins nothing more. What is under way comes to its end. */
  fail(error: Error): void {
    this.failure ??= error;
  }

  /** Takes away what has a successor or is not declared any more, each after all that depends on it. */
  async finish(): Promise<void> {
    const leaving = this.state.resources.filter(({ urn, replaced }) => replaced || !this.seen.has(urn));
    const held = leaving.find(({ protect, replaced }) => protect && !replaced);
    if (held) throw new Error(`${nameOf(held.urn)} is protected, so nothing is deleted: take protect away first.`);
    const ends = new Map<Resource, Promise<void>>();
    for (const resource of lastFirst(leaving)) {
      const before = [...ends].filter(([{ dependencies, provider }]) =>
        [...dependencies, provider].includes(resource.urn),
      );
      const end = Promise.all(before.map(([, gone]) => gone)).then(() => this.remove(resource));
      end.catch(() => undefined);
      ends.set(resource, end);
    }
    await this.settled();
    await Promise.all(ends.values());
    this.state.save();
  }

  /** Waits until nothing is under way. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  private async apply(
    request: Request,
    named: Request,
    old: Resource | undefined,
    kind: Kind,
    decision: Decision,
    hasStopped: boolean,
  ): Promise<Registered> {
    if (!old || decision.op === "create") {
      if (old && !this.around.preview) this.state.remove(old);
      return this.create(this.going.has(request.urn) ? "replace" : "create", request, kind);
    }
    if (decision.op === "same") {
      if (!this.around.preview) this.state.renew({ ...resourceOf(named, old.id, {}), outputs: old.outputs }, old);
      return old;
    }
    if (decision.op === "update") return this.change(named, old, kind, decision.changed, hasStopped);
    if (old.protect) throw new Error(`${nameOf(request.urn)} is protected, and would be replaced.`);
    if (!decision.deleteFirst) return this.create("replace", request, kind, old);
    if (!this.around.preview) await this.clear(old);
    return this.create("replace", request, kind);
  }

  /**
   * Takes an object away whose successor cannot come before, and first what cannot outlive it: of both also what an update that
   * did not come to its end had replaced, and that holds a port, an address range or a volume for as long as it is there.
   */
  private async clear(old: Resource): Promise<void> {
    const there = this.state.resources.filter(({ pending }) => !pending);
    const selves = there.filter(({ urn }) => urn === old.urn);
    for (const resource of [...bound(old.urn, there, (type) => this.around.kindOf(type)), ...selves]) {
      if (!resource.replaced) this.going.add(resource.urn);
      await this.remove(resource);
    }
  }

  /** @param hasStopped whether the object should run and does not: it is started as if it were new, after what must not run beside it has gone */
  private async change(
    request: Request,
    old: Resource,
    kind: Kind,
    changed: string[],
    hasStopped: boolean,
  ): Promise<Registered> {
    const kept = kind.update ? plain<Values>(old.outputs) : {};
    const foreseen = { id: old.id, outputs: { ...kept, ...request.inputs } };
    return this.step<Registered>(stepOf("update", request), foreseen, async () => {
      if (hasStopped) await request.beforeCreate?.();
      const inputs = plain<Values>(request.inputs);
      const hands = this.hands(request);
      const told = kind.update
        ? await kind.update(old.id, inputs, changed, hands)
        : (await kind.create(inputs, { ...hands, before: plain<Values>(old.outputs) })).outputs;
      const resource = resourceOf(request, old.id, { ...kept, ...inputs, ...told });
      this.state.put(resource, old);
      return resource;
    });
  }

  private async create(op: "create" | "replace", asked: Request, kind: Kind, old?: Resource): Promise<Registered> {
    const request = this.around.preview ? asked : newlyNamed(asked, kind);
    return this.step<Registered>(stepOf(op, request), { id: "", outputs: request.inputs }, async () => {
      const pending: Resource = { ...resourceOf(request, "", {}), pending: true };
      this.state.put(pending);
      const inputs = plain<Values>(request.inputs);
      const settle = ({ id, outputs }: Made, initError?: string): Resource => {
        const resource = { ...resourceOf(request, id, { ...inputs, ...outputs }), initError };
        if (old) old.replaced = true;
        this.state.put(resource, pending);
        return resource;
      };
      try {
        await request.beforeCreate?.();
        return settle(await kind.create(inputs, this.hands(request)));
      } catch (error) {
        if (error instanceof Unfinished) settle(error.made, error.message);
        else this.state.remove(pending);
        throw error;
      }
    });
  }

  private async remove(resource: Resource): Promise<void> {
    const replaced = resource.replaced || this.going.has(resource.urn);
    await this.step(stepOf(replaced ? "delete replaced" : "delete", resource), undefined, async () => {
      if (!resource.retainOnDelete) {
        await this.kind(resource).remove?.(resource.id, plain(resource.inputs), this.hands(resource));
      }
      this.state.remove(resource);
    });
  }

  /** Does one step, or in a preview only notes it. */
  private async step<T>(step: Step, foreseen: T, work: () => Promise<T>): Promise<T> {
    if (this.failure) throw new Stopped(this.failure.message);
    this.steps.push(step);
    if (this.around.preview) return foreseen;
    this.around.watch?.(step, "before");
    const running = work();
    this.running.add(running);
    try {
      const result = await running;
      this.around.watch?.(step, "after");
      return result;
    } catch (error) {
      const told = withSentence(error as Error);
      this.fail(told);
      this.around.watch?.(step, "failed", told);
      throw told;
    } finally {
      this.running.delete(running);
    }
  }

  private get state(): State {
    return this.around.state;
  }

  /** @throws Error naming a type that the runner does not know */
  kind({ type }: { type: string }): Kind {
    return this.around.kindOf(type);
  }

  private hands(resource: Pick<Resource, "urn" | "type" | "provider">): Hands {
    const provider = this.state.current(resource.provider);
    return this.around.hands(resource, provider && plain<Values>(provider.inputs));
  }
}

/** The error itself, whatever kind it is, with what to do about the Engine's words. */
function withSentence(error: Error): Error {
  error.message = withRemedy(error.message);
  return error;
}

function stepOf(op: Step["op"], { urn, type }: Pick<Resource, "urn" | "type">): Step {
  return { op, urn, type, name: nameOf(urn) };
}

/** What a secret input comes back as stays secret. */
function resourceOf(request: Request, id: string, outputs: Values): Resource {
  const { urn, type, inputs, provider, dependencies, propertyDependencies, retainOnDelete, protect } = request;
  const hidden = (key: string): boolean => request.additionalSecretOutputs.includes(key) || has(inputs[key], isSecret);
  const told = Object.entries(outputs).map(([key, value]) => [key, hidden(key) ? secret(value) : value] as const);
  const options = { provider, dependencies, propertyDependencies, retainOnDelete, protect };
  return { urn, type, id, inputs, outputs: Object.fromEntries(told), ...options };
}

/** A name that was made up once is kept for as long as the object is. */
function keepsName(request: Request, old: Resource | undefined, kind: Kind): Request {
  if (!kind.named || !old || request.inputs["name"] !== undefined) return request;
  return { ...request, inputs: { ...request.inputs, name: old.inputs["name"] } };
}

function newlyNamed(request: Request, kind: Kind): Request {
  if (!kind.named || request.inputs["name"] !== undefined) return request;
  const name = `${request.name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
  return { ...request, inputs: { ...request.inputs, name } };
}
