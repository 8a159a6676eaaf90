import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import { promisify } from "node:util";

/** Who is at the keyboard: as git knows them, else as the machine does. */
export async function whoRuns(): Promise<string> {
  const ask = (key: string): Promise<string> =>
    promisify(execFile)("git", ["config", key]).then(
      ({ stdout }) => stdout.trim(),
      () => "",
    );
  const [name, email] = await Promise.all([ask("user.name"), ask("user.email")]);
  return name && email ? `${name} <${email}>` : name || email || userInfo().username;
}
