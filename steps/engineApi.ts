import { spawn } from "node:child_process";
import { request } from "node:http";
import { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import type { ContainerCreateOptions } from "dockerode";

/**
 * Creates a container through the Engine's own interface, where its environment stands in no process's arguments, as it would in
 * those of `docker create`. The way there is the `docker` command's: whatever context or DOCKER_HOST it has, over ssh too.
 * (https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Container/operation/ContainerCreate)
 *
 * @throws Error with what the Engine says where it does not create it
 */
export async function createContainer({ name = "", ...options }: ContainerCreateOptions): Promise<void> {
  const { status, body } = await post(`/containers/create?name=${encodeURIComponent(name)}`, JSON.stringify(options));
  if (status !== 201) {
    throw new Error(`The Docker Engine does not create the container ${name}: ${reason(body) || `status ${status}`}.`);
  }
}

async function post(path: string, content: string): Promise<{ status: number; body: string }> {
  const dialled = spawn("docker", ["system", "dial-stdio"], { stdio: ["pipe", "pipe", "pipe"] });
  const complaint = text(dialled.stderr).catch(() => "");
  const connection = Duplex.from({ readable: dialled.stdout, writable: dialled.stdin });
  try {
    return await new Promise((done, fail) => {
      const headers = { host: "docker", "content-type": "application/json", connection: "close" };
      const asked = request({ method: "POST", path, headers, createConnection: () => connection }, (response) => {
        text(response).then((body) => done({ status: response.statusCode ?? 0, body }), fail);
      });
      dialled.once("error", fail);
      // More than one may come of the same trouble, and none of them may be left unheard.
      connection.on("error", fail);
      asked.on("error", fail).end(content);
    });
  } catch (error) {
    dialled.kill();
    const said = (await complaint).trim() || String(error);
    throw new Error(`The Docker Engine cannot be reached: ${said}`, { cause: error });
  } finally {
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
