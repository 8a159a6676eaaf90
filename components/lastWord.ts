import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { resolved } from "./known";

/** A resource as a transform of the newer kind leaves it. */
export interface Transformed {
  type: string;
  name: string;
  /** The URN of its parent; undefined: it has none. */
  parent: string | undefined;
  props: Readonly<Record<string, unknown>>;
  /** Whether it stays when it is no longer declared. */
  isKept: boolean;
}

/**
 * Has something look at what each transform of the newer kind makes of a resource. The engine runs those after all transformations of the older
 * kind, and those of the stack after those of resources, in the order in which they were given to it, so that no place among them is the last one.
 *
 * @param look throws for what must not be
 */
export function afterTransforms(look: (made: Transformed) => Promise<void>): void {
  // The embedded runner and Pulumi's mocks know none.
  if (!(state as unknown as Sdk).getStore().supportsTransforms) return;
  const server = pulumi.runtime.getCallbacks() as unknown as Server | undefined;
  if (!server) return;
  const register = server.registerTransform.bind(server);
  server.registerTransform = (transform) =>
    register(async (args) => {
      const made = await transform(args);
      await look(await transformed(args, made));
      return made;
    });
  // Those of the stack that were given before are not among them: a transform behind them sees what they make.
  if (server._callbacks?.size !== 0) {
    pulumi.runtime.registerResourceTransform(() => undefined);
  }
}

async function transformed(
  { type, name, props: given, opts: asked }: pulumi.ResourceTransformArgs,
  made: pulumi.ResourceTransformResult | undefined,
): Promise<Transformed> {
  const { props = given, opts = asked } = made ?? {};
  const { retainOnDelete = false, protect = false } = opts;
  // A transform cannot change the parent: the one that was asked for stays.
  const parent = asked.parent && ((await resolved(asked.parent.urn)) as string);
  return { type, name, parent, props: props as Transformed["props"], isKept: retainOnDelete || protect };
}

/** What the SDK knows of the engine; its types do not tell of it. */
interface Sdk {
  getStore(): { supportsTransforms: boolean };
}

/** The SDK's server of callbacks (sdk/nodejs/runtime/callbacks.ts); what is private there may be gone in a later version. */
interface Server {
  registerTransform(transform: pulumi.ResourceTransform): Promise<unknown>;
  _callbacks?: ReadonlyMap<string, unknown>;
}
