import { docker } from "../docker";
import { tryApplication } from "./application";

tryApplication({
  folder: "captions",
  title: "that wants a GPU",
  compose: "docker-compose.yml",
  pages: ["WEB_PORT"],
  /** An Engine knows the driver where it has found NVIDIA's hook when it was started; asked for with a container that is never started. */
  async missing() {
    const asked = await docker("create", "--gpus", "1", "node:22-slim", "true").then(
      (id) => ({ id }),
      (error: unknown) => ({ reason: String(error) }),
    );
    if ("reason" in asked) return `the Engine makes no container with a GPU: ${asked.reason}`;
    const started = await docker("start", asked.id).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    await docker("rm", "--force", asked.id);
    const [, said = started] = /daemon: (.*)/.exec(started ?? "") ?? [];
    return said && `the Engine starts no container with a GPU: ${said}`;
  },
});
