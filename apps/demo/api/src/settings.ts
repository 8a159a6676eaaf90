import { readFileSync } from "node:fs";

/** What the API is told from outside. */
export interface Settings {
  /** Port to listen on. */
  port: number;
  /** Address of Redis, such as redis://cache:6379. */
  redisUrl: string;
  /** Whether the test user exists and is shown. */
  testData: boolean;
  /** Reads the database's password, at each new connection. */
  password: () => string;
}

/** "true" or "false" as a boolean; anything else is refused, because a misspelt switch must not count as off or on. */
export function flag(name: string, value: string | undefined): boolean {
  if (value === undefined || value === "" || value === "false") return false;
  if (value === "true") return true;
  throw new Error(`${name} is "${value}"; it must be "true" or "false"`);
}

/** Reads the settings from environment variables. Throws an error that names the variable which is wrong. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const file = env["PGPASSWORD_FILE"];
  if (!file) throw new Error("PGPASSWORD_FILE is not set; it must name the file that holds the database's password");
  return {
    port: Number(env["PORT"] || 3000),
    redisUrl: env["REDIS_URL"] || "redis://127.0.0.1:6379",
    testData: flag("ENABLE_TEST_DATA", env["ENABLE_TEST_DATA"]),
    password: () => readFileSync(file, "utf8").replace(/\n$/, ""),
  };
}
