import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import type { Hands } from "../../../components/hands";
import { Stage } from "../../../components/stage";
import type { StagePlan } from "../../../plan/stage";

// Of the SDK's own, for programs that run beside each other in one process (automation/server) and for tests of itself.
const { withLocalStorage } = state as unknown as { withLocalStorage<T>(run: () => T): T };
const sdk = pulumi.runtime as unknown as {
  setMockOptions(monitor: unknown, project: string, stack: string, preview: boolean, organization: string): void;
  awaitFeatureSupport(): Promise<void>;
};

type Reply = (error: Error | null, answer?: unknown) => void;
type Handler = (call: { request: unknown }, reply: Reply) => void;

/**
 * Declares a stage in this process, through the runner's side of the engine.
 *
 * @returns comes to its end with the program, or when one of its requests was refused: a program that is told so ends at once
 */
export function declareStage(
  plan: StagePlan,
  hands: Hands,
  service: UntypedServiceImplementation,
  preview = false,
): Promise<void> {
  return withLocalStorage(
    () =>
      new Promise<void>((done, fail) => {
        const handlers = Object.entries(service as unknown as Record<string, Handler>).map(([name, handle]) => {
          const method = (request: unknown, reply: Reply): void =>
            handle({ request }, (error, answer) => (error ? done() : reply(null, answer)));
          return [name, method] as const;
        });
        const monitor = { ...Object.fromEntries(handlers), close: () => undefined };
        sdk.setMockOptions(monitor, plan.id.project, plan.id.stage, preview, "organization");
        void sdk
          .awaitFeatureSupport()
          .then(() => void new Stage("app", plan, {}, hands))
          // It waits until all that the program asks for is there.
          .then(() => pulumi.runtime.disconnect())
          .then(done, fail);
      }),
  );
}
