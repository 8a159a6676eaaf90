import { portClaim, type Claim } from "../../../docker/holders/claims";
import { stageClaims } from "../../../plan/claims";
import { yieldingTo } from "../../../docker/holders/handover";
import { handBack, type Stopped } from "../../../docker/holders/handBack";
import { partOf, type Holder } from "../../../docker/holders/holder";
import type { Holders } from "../../../docker/holders/holders";
import type { StagePlan } from "../../../plan/stage";
import { writableOf, type Engine, type ModelContainer } from "./engine";
import type { Process } from "./faults";

/** The holders on a machine of the model, and what outlives the run in which they were stopped. */
export function holdersOn(engine: Engine, plan: StagePlan, process: Process): Holders & { handBack(): void } {
  const next = stageClaims(plan.application, plan.runsLocally);
  const notes: Stopped[] = [];
  let isSettled = false;
  return {
    async yieldTo(part) {
      const before = holdersIn(engine);
      const yielding = yieldingTo(part, next, before).map(({ holder }) => holder);
      if (yielding.length === 0) return;
      await process.ask(() => void notes.push({ part, stopped: yielding, before }));
      await Promise.all(yielding.map(({ id }) => process.ask(() => halt(engine, id))));
    },
    settled: () => void (isSettled = true),
    handBack() {
      if (isSettled) return;
      const seen = holdersIn(engine).map((holder) => ({
        ...holder,
        isWell: engine.isHealthy(engine.container(holder.id)),
      }));
      const { stop, start } = handBack(notes, seen);
      stop.forEach(({ id }) => halt(engine, id));
      start.forEach(({ id }) => engine.start(engine.container(id)));
    },
  };
}

function halt(engine: Engine, id: string): void {
  const found = engine.containers.get(id);
  if (found?.running) engine.stop(found);
}

/** The containers of the model that may hold something, oldest first. */
export function holdersIn(engine: Engine): Holder[] {
  return [...engine.containers.values()].flatMap((container) => {
    const part = partOf(container.options.Labels ?? {});
    const { id, name, running: isRunning } = container;
    return part === undefined
      ? []
      : [{ id, name, part, isRunning, image: container.options.Image ?? "", claims: claimsIn(container) }];
  });
}

/** As the Engine tells them: ports only of what runs. */
function claimsIn({ options, addresses, running }: ModelContainer): Claim[] {
  const bindings = (options.HostConfig?.PortBindings ?? {}) as Record<string, { HostIp: string; HostPort: string }[]>;
  const ports = Object.entries(bindings).flatMap(([inside, held]) =>
    held.map(({ HostIp: ip, HostPort: port }) => portClaim(Number(port), inside.split("/")[1] ?? "tcp", ip)),
  );
  return [
    ...writableOf(options).map((name): Claim => ({ kind: "volume", name })),
    ...(running ? ports : []),
    ...addresses.map((address): Claim => ({ kind: "address", address })),
  ];
}
