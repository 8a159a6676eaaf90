import type { Settings } from "./project";

/**
 * The settings of the demo's stages, each on a machine of its own with a registry of its own, without the passwords.
 *
 * @param machine the settings of the stage's machine
 * @param port where its page is published there
 * @param mirrors where public images are read from instead
 */
export function demoSettings(
  stage: "staging" | "production",
  machine: object,
  { port, mirrors }: { port: number; mirrors: unknown },
): Settings {
  return {
    ...(stage === "staging"
      ? { compose: "apps/demo/compose.yaml", registry: { kind: "local", mirrors } }
      : { promoteFrom: "staging" }),
    overlay: `apps/demo/compose.${stage}.yaml`,
    machine,
    env: { WEB_PORT: String(port), ENABLE_TEST_DATA: String(stage === "staging") },
  };
}
