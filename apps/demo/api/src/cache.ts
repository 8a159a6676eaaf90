import { createClient } from "@redis/client";

/** What the API keeps in Redis: answers that are slow to get and seldom change. */
export interface Cache {
  /** The value under `key`, from Redis if it is there, else from `make`, which Redis then keeps for `seconds`. */
  remember(key: string, seconds: number, make: () => Promise<string>): Promise<string>;
  /** How often `remember` was answered by Redis, since Redis began. */
  hits(): Promise<number>;
  /** Throws unless Redis answers. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const hitCounter = "hits";

/** Connects to Redis. Commands fail at once while it is away, and work again when it is back. */
export async function openCache(url: string): Promise<Cache> {
  const client = createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: 2000 } });
  client.on("error", (error: Error) => console.error(`cache: ${error.message}`));
  await client.connect();
  return {
    async remember(key, seconds, make) {
      const known = await client.get(key).catch(() => null);
      if (known !== null) {
        await client.incr(hitCounter).catch(() => undefined);
        return known;
      }
      const value = await make();
      await client.set(key, value, { EX: seconds }).catch(() => undefined);
      return value;
    },
    hits: async () => Number((await client.get(hitCounter).catch(() => null)) ?? 0),
    check: async () => void (await client.ping()),
    close: () => client.close(),
  };
}
