import { createHash } from "node:crypto";
import { upstreams } from "../../../edge/layout";
import { generateKeys } from "../../../release/signing/keys";
import type { Kind } from "../../../runner/kinds/kind";
import type { Values } from "../../../runner/resource";
import { digestOf } from "../../components/engine";
import type { Engine } from "./engine";
import type { Process } from "./faults";

/** Every stage of the model has one key: what it signs is nobody's question here. */
const pair = generateKeys();

/** What the steps of a stage do to the world of the model. */
export interface World {
  engine: Engine;
  process: Process;
  /** The steps that fail, by their name in steps/. */
  failing: ReadonlySet<string>;
  /** Is told of each that failed. */
  onFailure(step: string): void;
  /** Is told of each cutover that was done. */
  onCutover(): void;
  /** The releases that were recorded, oldest first. */
  ledger: string[];
}

/** A command of a stage, in the model. */
export function stepOf(world: World): Kind {
  return {
    replaces: (input) => input === "triggers",
    create: async ({ create, stdin }) => {
      const name = (create as string).split(" ").at(-1) ?? "";
      const result = await world.process.ask(() => {
        if (world.failing.has(name)) {
          world.onFailure(name);
          throw new Error(`the command ended with exit code 1:\n${name} failed`);
        }
        return resultOf(name, JSON.parse(stdin as string) as Values, world);
      });
      return { id: "step", outputs: { stdout: JSON.stringify(result) } };
    },
  };
}

function resultOf(step: string, input: Values, { engine, ledger, onCutover }: World): Values {
  switch (step) {
    case "mint": {
      const key = createHash("sha256").update(JSON.stringify(input["key"])).digest("hex").slice(0, 6);
      return { name: `v${key}-20261121-120000`, createdAt: "2026-11-21T12:00:00.000Z" };
    }
    case "key":
      return { ...pair };
    case "cutover":
      cutover(engine, input["edge"], routed(upstreams(input["front"].listening), input));
      onCutover();
      return { release: input["release"] };
    case "lead":
      return { edge: input["edge"] };
    case "introduce":
      return { container: input["container"] };
    case "record": {
      const { name, commit, createdAt, images } = input["release"];
      ledger.push(name);
      const containers = input["containers"] as { container: string }[];
      const verified = [...containers.map(({ container }) => container), ...input["carriers"]];
      return { name, commit, createdAt, images, verified };
    }
    default:
      return { digest: digestOf(`${input["repository"]}:${input["tag"]}`) };
  }
}

/** The containers of the services behind the edge. */
function routed(behind: readonly { service: string }[], { containers }: Values): Record<string, string> {
  const services = new Set(behind.map(({ service }) => service));
  const all = containers as { service: string; container: string }[];
  return Object.fromEntries(
    all.filter(({ service }) => services.has(service)).map(({ service, container }) => [service, container]),
  );
}

/** Traffic goes to containers that the edge finds on one of its networks, and that run. */
function cutover(engine: Engine, edgeId: string, containers: Record<string, string>): void {
  const edge = engine.container(edgeId);
  if (!edge.running) throw new Error("The edge does not run.");
  for (const [service, name] of Object.entries(containers)) {
    const container = engine.containerNamed(name);
    if (!container || !engine.isHealthy(container)) throw new Error(`The container ${name} of ${service} is not up.`);
    if (![...container.networks].some((network) => edge.networks.has(network))) {
      throw new Error(`The edge does not find ${name} on any of its networks.`);
    }
  }
  edge.serves = containers;
}
