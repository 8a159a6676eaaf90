import { openLedger } from "../plan/ledgerRelease";
import { selectStage } from "./stage";

/**
 * Opens the ledger before anything is restored: a restore that it does not hear of would leave out the jobs that the restored data
 * need.
 *
 * @returns what tells it that the stage's data are older now
 * @throws Error that says how to do without it
 */
export async function restoreNote(name: string): Promise<() => Promise<void>> {
  try {
    const { project, stage, registry } = await selectStage(name);
    const { ledger, registry: client } = await openLedger(registry, project);
    await client.ping();
    return () => ledger.noteRestore(stage);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).trim().split("\n")[0];
    throw new Error(
      `The ledger cannot be told of the restore, so the stage's jobs would not run again: ${reason} With --without-ledger the data are restored all the same.`,
      { cause: error },
    );
  }
}
