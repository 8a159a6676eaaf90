import { publicKeysIn } from "../release/signing/keys";
import type { Seal } from "../release/signing/seal";
import type { Told } from "../machine/stackOutputs";

/**
 * By what a stage knows what the ledger keeps of it: its own key, and the digests that it had when its last update came to its end.
 *
 * @param told the stage's own outputs
 * @returns undefined where the stage has no key yet: then what is there is taken as it is, and signed by the next update
 */
export function ownSeal(stage: string, { ledger }: Pick<Told, "ledger">): Seal | undefined {
  if (!ledger?.key) return undefined;
  return { stage, keys: publicKeysIn(ledger.key, `The output ledger.key of ${stage}`), recorded: ledger.documents };
}
