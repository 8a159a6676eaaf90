import pg from "pg";

/** What the API keeps in PostgreSQL. */
export interface Database {
  /** Counts a visit and returns how many there are. */
  visit(): Promise<number>;
  /** How many visits there are. */
  count(): Promise<number>;
  /** The server's name and version. */
  version(): Promise<string>;
  /** The test user's note, if the test user exists. */
  testNote(): Promise<string | undefined>;
  /** Throws unless the database answers. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const schema = `
  CREATE TABLE IF NOT EXISTS counter (name text PRIMARY KEY, count bigint NOT NULL);
  CREATE TABLE IF NOT EXISTS person (email text PRIMARY KEY, name text NOT NULL, note text NOT NULL);
`;

const testUser = ["test@example.com", "Test User", "Test data is on: Test User <test@example.com> can sign in here."];

/** Makes the tables and, where wanted, the test user. Two programs that start at once wait for each other. */
async function prepare(pool: pg.Pool, testData: boolean): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock(7544929)");
    await client.query(schema);
    const seed = "INSERT INTO person (email, name, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    if (testData) await client.query(seed, testUser);
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}

/**
 * Connects to the database that PGHOST, PGUSER and PGDATABASE name, with the password that `password` gives at each
 * new connection, and makes what is missing in it.
 */
export async function openDatabase(password: () => string, testData: boolean): Promise<Database> {
  const pool = new pg.Pool({ password, max: 8, connectionTimeoutMillis: 2000, query_timeout: 2000 });
  // A connection that breaks while nobody uses it: the pool makes another one when it needs one.
  pool.on("error", (error) => console.error(`database connection lost: ${error.message}`));
  await prepare(pool, testData);

  const one = async (sql: string, values: string[] = []): Promise<unknown> => {
    const { rows } = await pool.query<{ value: unknown }>(sql, values);
    return rows[0]?.value;
  };
  return {
    visit: async () =>
      Number(
        await one(`INSERT INTO counter VALUES ('visits', 1)
          ON CONFLICT (name) DO UPDATE SET count = counter.count + 1 RETURNING count AS value`),
      ),
    count: async () => Number((await one("SELECT count AS value FROM counter WHERE name = 'visits'")) ?? 0),
    version: async () => `PostgreSQL ${String(await one("SELECT split_part(version(), ' ', 2) AS value"))}`,
    testNote: async () =>
      (await one("SELECT note AS value FROM person WHERE email = $1", testUser.slice(0, 1))) as string | undefined,
    check: async () => void (await one("SELECT 1 AS value")),
    close: () => pool.end(),
  };
}
