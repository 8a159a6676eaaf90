import { type Registry } from "./registry";
import { type CopyProgress } from "./copy";
import { type BlobName } from "./digest";

/** A repository of a registry. */
export interface Place {
  registry: Registry;
  repository: string;
}

/**
 * Blobs on their way, by target registry: a layer that several images share is transferred once, even by copies at the
 * same time.
 */
const underWay = new WeakMap<Registry, Map<string, Promise<unknown>>>();

/**
 * Brings one blob from a repository to another in the cheapest way: it may be there already, or be mounted from another
 * repository of the target; otherwise it goes over as a stream.
 */
export async function copyBlob(
  blob: BlobName,
  from: Place,
  to: Place,
  onProgress: (progress: CopyProgress) => void = () => undefined,
): Promise<void> {
  const report = (state: CopyProgress["state"], sent: number): void =>
    onProgress({ digest: blob.digest, size: blob.size, state, sent });
  await inTurn(to.registry, blob.digest, async () => {
    if (await to.registry.hasBlob(to.repository, blob.digest)) return report("present", 0);
    if (await mountFromNeighbour(blob, from, to)) return report("mounted", 0);
    await to.registry.putBlob(to.repository, blob, () =>
      counted(from.registry.streamBlob(from.repository, blob), (sent) => report("copying", sent)),
    );
    report("copied", blob.size);
  });
}

async function mountFromNeighbour(blob: BlobName, from: Place, to: Place): Promise<boolean> {
  const neighbours = new Set(to.registry.holdersOf(blob.digest));
  if (from.registry.address === to.registry.address) neighbours.add(from.repository);
  neighbours.delete(to.repository);
  for (const neighbour of neighbours) {
    if (await to.registry.mountBlob(to.repository, blob.digest, neighbour)) return true;
  }
  return false;
}

/** One copy of a blob at a time: the second one finds the blob there. */
async function inTurn(registry: Registry, digest: string, work: () => Promise<void>): Promise<void> {
  const turns = underWay.get(registry) ?? new Map<string, Promise<unknown>>();
  underWay.set(registry, turns);
  const turn = (turns.get(digest) ?? Promise.resolve()).then(work, work);
  turns.set(digest, turn);
  try {
    await turn;
  } finally {
    if (turns.get(digest) === turn) turns.delete(digest);
  }
}

async function* counted(chunks: AsyncIterable<Uint8Array>, sent: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    yield chunk;
    sent((bytes += chunk.byteLength));
  }
}
