import type { Engine } from "./engine";
import { PulumiCli } from "./pulumi";
import { hasPulumi, noPulumi } from "./requirements";
import { EmbeddedRunner } from "./runner";

/** An engine that the scenarios can be put to. */
export interface EngineKind {
  readonly name: string;
  /** Why it cannot be had here; undefined where it can. */
  missing(): Promise<string | undefined>;
  /**
   * @param folder the project's folder
   * @param project the project's name
   * @param stateFolder where the engine keeps what it knows
   */
  open(folder: string, project: string, stateFolder: string): Engine;
}

export const pulumi: EngineKind = {
  name: "Pulumi",
  missing: noPulumi,
  open: (folder, project, stateFolder) => new PulumiCli(folder, project, stateFolder),
};

export const runner: EngineKind = {
  name: "the embedded runner",
  missing: async () => undefined,
  open: (folder, project, stateFolder) => new EmbeddedRunner(folder, project, stateFolder),
};

/** Both, or the one that SLIPWAY_TEST_ENGINE names: `pulumi` or `runner`. */
const all = { runner, pulumi };
const chosen = Object.entries(all).flatMap(([name, kind]) =>
  [undefined, "", name].includes(process.env["SLIPWAY_TEST_ENGINE"]) ? [kind] : [],
);

/** Describes scenarios once for each engine; those of an engine that cannot be had are pending, with the reason said. */
export function onEachEngine(title: string, scenarios: (kind: EngineKind) => void): void {
  for (const kind of Object.values(all)) onEngine(kind, title, scenarios);
}

/**
 * Describes scenarios once, for the engine that tells most: Pulumi's, or the embedded runner where that one cannot be had. It is for what an
 * engine has little to do with; what differs between the two is told by those that are put to each.
 */
export function onTellingEngine(title: string, scenarios: (kind: EngineKind) => void): void {
  const [only, ...others] = chosen;
  onEngine(only && others.length === 0 ? only : hasPulumi() ? pulumi : runner, title, scenarios);
}

/** Describes scenarios for one engine. */
export function onEngine(kind: EngineKind, title: string, scenarios: (kind: EngineKind) => void): void {
  if (!chosen.includes(kind)) return;
  describe(`${title}, on ${kind.name}`, () => {
    before(async function () {
      const reason = await kind.missing();
      if (reason) {
        console.log(`    not run: ${reason}`);
        this.skip();
      }
    });
    scenarios(kind);
  });
}
