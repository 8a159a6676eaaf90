import { piped } from "../shell";
import type { Known } from "./kind";

/**
 * Neo4j Community can be dumped only while it is stopped (`neo4j-admin database dump`, Neo4j's operations manual), so
 * its files are copied while its container is held still. The copy is in the state that a power cut leaves, from which
 * Neo4j's transaction log recovers. Callers wait as long as the copy takes.
 */
export const neo4j: Known = {
  images: /^neo4j$/,
  extension: "tar.gz",
  save: { way: "held", script: piped("tar -C /data -cf - .", "gzip -1") },
  restore: {
    way: "placed",
    script: `cd /data || exit 1
find . -mindepth 1 -delete || exit 1
tar -xzf - || exit 1`,
  },
  scratch: { env: { NEO4J_AUTH: "none" }, ready: "bash -c 'exec 3<>/dev/tcp/127.0.0.1/7687'" },
};
