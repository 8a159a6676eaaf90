import { spawn } from "node:child_process";
import { request } from "node:http";
import { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import type { Credentials } from "./credentials";
import type { ContainerDefinition } from "./definition";
import { withRemedy } from "./remedies";
import { failureIn } from "./progress";

/**
 * Creates a container through the Engine's own interface, where its environment stands in no process's arguments, as it would in
 * those of `docker create`. The way there is the `docker` command's: whatever context or DOCKER_HOST it has, over ssh too.
 * (https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Container/operation/ContainerCreate)
 *
 * @throws Error with what the Engine says where it does not create it
 */
export async function createContainer({ name = "", ...options }: ContainerDefinition): Promise<void> {
  const path = `/containers/create?name=${encodeURIComponent(name)}`;
  const { status, body } = await ask("POST", path, { content: JSON.stringify(options) });
  if (status !== 201) {
    throw new Error(
      withRemedy(`The Docker Engine does not create the container ${name}: ${reason(body) || `status ${status}`}.`),
    );
  }
}

/**
 * Makes the Engine pull an image, unless it has it. The login goes with this one request: it stands in no argument and is kept
 * nowhere. (https://docs.docker.com/reference/api/engine/version/v1.40/#section/Authentication)
 *
 * @param reference with a digest
 * @param host the registry's, which the login is for
 * @throws Error with what the Engine says where it cannot
 */
export async function pullImage(reference: string, host: string, login: Credentials): Promise<void> {
  const there = await ask("GET", `/images/${reference}/json`);
  if (there.status === 200) return;
  const own = "identityToken" in login ? { identitytoken: login.identityToken } : login;
  const auth = Buffer.from(JSON.stringify({ ...own, serveraddress: host })).toString("base64url");
  const path = `/images/create?fromImage=${encodeURIComponent(reference)}`;
  const { status, body } = await ask("POST", path, { headers: { "x-registry-auth": auth } });
  const failed = status === 200 ? failureIn(body) : reason(body) || `status ${status}`;
  if (failed !== undefined) throw new Error(withRemedy(`The Docker Engine cannot pull ${reference}: ${failed}.`));
}

/**
 * The containers that carry all of some labels, running or not, as the Engine lists them.
 * (https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Container/operation/ContainerList)
 *
 * @param labels as `name` or `name=value`
 * @throws Error with what the Engine says where it does not list them
 */
export async function listContainers<T>(labels: readonly string[]): Promise<T[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: labels }));
  const { status, body } = await ask("GET", `/containers/json?all=true&filters=${filters}`);
  if (status !== 200) throw new Error(`The Docker Engine does not list its containers: ${reason(body)}.`);
  return JSON.parse(body) as T[];
}

/** A volume as the Engine lists it (GET /volumes), as far as it is read here. */
export interface ListedVolume {
  Name: string;
  /** What its driver was given. */
  Options: Record<string, string> | null;
}

/**
 * The Engine's volumes. (https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Volume/operation/VolumeList)
 *
 * @throws Error with what the Engine says where it does not list them
 */
export async function listVolumes(): Promise<ListedVolume[]> {
  const { status, body } = await ask("GET", "/volumes");
  if (status !== 200) throw new Error(`The Docker Engine does not list its volumes: ${reason(body)}.`);
  return (JSON.parse(body) as { Volumes: ListedVolume[] | null }).Volumes ?? [];
}

interface Asked {
  content?: string;
  headers?: Record<string, string>;
}

async function ask(method: string, path: string, asked: Asked = {}): Promise<{ status: number; body: string }> {
  const dialled = spawn("docker", ["system", "dial-stdio"], { stdio: ["pipe", "pipe", "pipe"] });
  const complaint = text(dialled.stderr).catch(() => "");
  const connection = Duplex.from({ readable: dialled.stdout, writable: dialled.stdin });
  try {
    return await new Promise((done, fail) => {
      // An Engine that closes the connection behind its answer would end the command before all of the answer is read.
      const headers = {
        host: "docker",
        "content-type": "application/json",
        connection: "keep-alive",
        ...asked.headers,
      };
      const sent = request({ method, path, headers, createConnection: () => connection }, (response) => {
        text(response).then((body) => done({ status: response.statusCode ?? 0, body }), fail);
      });
      dialled.once("error", fail);
      // More than one may come of the same trouble, and none of them may be left unheard.
      connection.on("error", fail);
      sent.on("error", fail).end(asked.content);
    });
  } catch (error) {
    dialled.kill();
    const said = (await complaint).trim() || String(error);
    throw new Error(`The Docker Engine cannot be reached: ${said}`, { cause: error });
  } finally {
    // The command ends with its input, and by no SIGTERM: one that goes on would keep this process from its end.
    connection.destroy();
    dialled.kill();
  }
}

function reason(body: string): string {
  try {
    return String((JSON.parse(body) as { message?: unknown }).message ?? body).replace(/\.$/, "");
  } catch {
    return body.trim();
  }
}
