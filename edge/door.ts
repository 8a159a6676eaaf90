import { doorPaths } from "./layout";
import { docker } from "../docker/command";

/** The running door of a name, reached through its container. */
export class RunningDoor {
  /** @param container its name or id */
  constructor(private readonly container: string) {}

  /**
   * Has it listen on ports as well; connections that are open go on.
   *
   * @throws Error where it does not come to that
   */
  async listen(ports: readonly number[]): Promise<void> {
    if (ports.length === 0) return;
    await docker(["exec", this.container, "bash", doorPaths.program, "listen", ...ports.map(String)]);
  }
}
