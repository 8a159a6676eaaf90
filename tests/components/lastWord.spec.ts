import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { guardrails } from "../../components/guardrails";
import { Stage } from "../../components/stage";
import { container, declare, volume } from "./engine";
import { promoted } from "./shop";

type Transform = pulumi.ResourceTransform;

/** The SDK's server of callbacks, which tells the engine of transforms. */
class Server {
  readonly _callbacks = new Map<string, Transform>();

  registerTransform(transform: Transform): Promise<string> {
    const token = String(this._callbacks.size);
    this._callbacks.set(token, transform);
    return Promise.resolve(token);
  }

  registerStackTransform(transform: Transform): void {
    void this.registerTransform(transform);
  }
}

interface Store {
  supportsTransforms: boolean;
  callbacks?: Server;
}

const storeOf = (): Store => (state as unknown as { getStore(): Store }).getStore();

describe("what must always hold, where a program has transforms of the newer kind", () => {
  const urn = "urn:pulumi:production::shop::slipway:stage:Stage";
  const within = (types: string) => ({ urn: pulumi.output(`${urn}$${types}::parent`) }) as unknown as pulumi.Resource;
  const data = { type: volume, name: "app-volumes-files", custom: true, props: { name: "shop-production_files" } };
  const dataIn = (opts: pulumi.ResourceOptions = {}): pulumi.ResourceTransformArgs => ({
    ...data,
    opts: { parent: within("slipway:volumes:Volumes"), retainOnDelete: true, ...opts },
  });
  const web = {
    type: container,
    name: "shop-production-web",
    custom: true,
    props: { image: `shop/web@sha256:${"a".repeat(64)}` },
    opts: { parent: within("slipway:services:Services") },
  };
  const server = new Server();
  const plan = promoted();
  let earlier: number;

  before(async () => {
    await declare(plan.id, () => {
      Object.assign(storeOf(), { supportsTransforms: true, callbacks: server });
      server.registerStackTransform(() => undefined);
      const made = new Stage("app", plan).outputs;
      earlier = server._callbacks.size;
      Object.assign(storeOf(), { supportsTransforms: false, callbacks: undefined });
      return made;
    });
  });

  /** What becomes of a resource that goes through a transform. */
  const through = async (transform: Transform, args: pulumi.ResourceTransformArgs): Promise<unknown> => {
    const token = await server.registerTransform(transform);
    return server._callbacks.get(token)?.(args);
  };

  it("refuses a volume let go, also by an answer without options", async () => {
    const says = /app-volumes-files is a data volume that is declared without retainOnDelete/;
    await assert.rejects(
      through(({ props, opts }) => ({ props, opts: { ...opts, retainOnDelete: false } }), dataIn()),
      says,
    );
    await assert.rejects(
      through(({ props }) => ({ props, opts: {} }), dataIn()),
      says,
    );
  });

  it("refuses an image by a tag, a port that no file names and the machine's network, also where they are secret", async () => {
    const wrong: [object, RegExp][] = [
      [{ image: "redis:7" }, /shop-production-web runs the image redis:7, which is not named by a digest/],
      [{ image: pulumi.secret("redis:7") }, /is not named by a digest/],
      [{ ports: [{ internal: 1, external: 19000 }] }, /listens on port 19000/],
      [{ networkMode: "host" }, /is on the machine's own network/],
    ];
    for (const [changed, says] of wrong) {
      await assert.rejects(
        through(({ props, opts }) => ({ props: { ...props, ...changed }, opts }), web),
        says,
      );
    }
  });

  it("lets a label, a memory limit and what changes nothing through", async () => {
    const labels = [{ label: "team", value: "shop" }];
    const harmless: Transform = ({ props, opts }) => ({ props: { ...props, labels, memory: 256 }, opts });
    assert.deepEqual(await through(harmless, web), { props: { ...web.props, labels, memory: 256 }, opts: web.opts });
    assert.equal(await through(() => undefined, dataIn()), undefined);
  });

  it("leaves what is not the stage's to the program", async () => {
    const own = { ...data, name: "scratch", opts: {} };
    assert.ok(await through(({ props }) => ({ props, opts: {} }), own));
    assert.ok(await through(({ props }) => ({ props, opts: {} }), { ...own, opts: { parent: within("mine:a:B") } }));
  });

  it("stands behind those that the program gave before, and asks for nothing where there are none", async () => {
    assert.equal(earlier, 2);
    const behind = server._callbacks.get("1") as Transform;
    await assert.rejects(
      (async () => behind(dataIn({ retainOnDelete: false })))(),
      /is declared without retainOnDelete/,
    );
    const none = new Server();
    await declare(plan.id, () => {
      Object.assign(storeOf(), { supportsTransforms: true, callbacks: none });
      guardrails(plan.facts, plan.ports);
      Object.assign(storeOf(), { supportsTransforms: false, callbacks: undefined });
    });
    assert.equal(none._callbacks.size, 0);
  });
});
