import { Ledger } from "../components/release/ledger";
import { contentKey } from "../components/release/content";
import { releaseName } from "../components/release/name";
import type { RegistryPlan } from "../components/registry/plan";
import { connect } from "./registry";
import type { Say } from "./step";

/** What a release is named for. */
export interface MintInput {
  registry: RegistryPlan;
  project: string;
  commit: string;
  dirty: boolean;
  /** As {@link contentKey} gives it. */
  key: string;
}

/** A release's name and birth. */
export interface Minted {
  name: string;
  /** ISO 8601, UTC. */
  createdAt: string;
}

/**
 * Names a release: the name that the ledger has for exactly this content, else a new one with the time of now.
 */
export async function mint({ registry: plan, project, key, ...mark }: MintInput, say: Say): Promise<Minted> {
  const ledger = new Ledger(await connect(plan, say), project);
  for (const { name, commit, dirty } of await ledger.list()) {
    if (commit === mark.commit && dirty === mark.dirty) {
      const release = await ledger.read(name);
      if (release && contentKey(release) === key) {
        say(`the ledger has this release as ${name}`);
        return { name, createdAt: release.createdAt };
      }
    }
  }
  const now = new Date();
  const name = releaseName(mark.commit, mark.dirty, now);
  say(`this is ${name}`);
  return { name, createdAt: now.toISOString() };
}
