import { doorPaths } from "./layout";
import { docker } from "../docker/command";

/** The running door of a name, reached through its container. */
export class RunningDoor {
  /** @param container its name or id */
  constructor(private readonly container: string) {}

  /**
   * Makes it listen on further ports; open connections go on.
   *
   * @throws Error where it does not listen in the end
   */
  async listen(ports: readonly number[]): Promise<void> {
    if (ports.length === 0) return;
    await docker(["exec", this.container, "bash", doorPaths.program, "listen", ...ports.map(String)]);
  }
}
