import assert from "node:assert/strict";
import { Machine } from "./steps";

const steps = ["machine", "docker"];

/** A docker command whose Engine answers once the file `engine` is there. */
const docker =
  'if [ -f "$HOME/engine" ]; then echo 27.0; else echo "Cannot connect to the Docker daemon" >&2; exit 1; fi';

describe("the set-up's Docker Engine", () => {
  it("leaves one that answers as it is", () => {
    const machine = new Machine();
    machine.program("docker", "echo 27.0");
    const { status, text } = machine.run("ensure_docker", { steps });
    assert.equal(status, 0);
    assert.equal(text, "✓ Docker Engine 27.0 answers\n");
  });

  it("says how to get Docker where it cannot install it", () => {
    const { status, text } = new Machine().run("ensure_docker", { steps, user: 1000 });
    assert.equal(status, 1);
    assert.match(text, /✗ Docker is missing/);
    assert.match(text, /sudo apt-get install docker\.io/);
  });

  it("installs Docker as root on Debian", () => {
    const machine = new Machine();
    machine.program("apt-get", 'case "$*" in *docker.io*) touch_engine ;; esac');
    machine.program(
      "touch_engine",
      `echo '#!/usr/bin/env bash' >"$HOME/bin/docker"; echo 'echo 20.10' >>"$HOME/bin/docker"; chmod +x "$HOME/bin/docker"`,
    );
    machine.link("env");
    const { status, text } = machine.run("ensure_docker", { steps });
    assert.equal(status, 0, text);
    assert.match(text, /✓ installed the Debian package docker\.io/);
    assert.match(text, /✓ Docker Engine 20\.10 answers/);
  });

  it("installs it as well where there is a docker command, but no Engine", () => {
    const machine = new Machine();
    machine.program("docker", docker);
    machine.link("readlink");
    machine.program("apt-get", 'case "$*" in *"install -y docker.io") : >"$HOME/engine" ;; esac');
    machine.link("env");
    const { status, text } = machine.run("ensure_docker", { steps });
    assert.equal(status, 0, text);
    assert.match(text, /There is a docker command, but no Docker Engine\./);
    assert.match(text, /✓ installed the Debian package docker\.io/);
    assert.match(text, /✓ Docker Engine 27\.0 answers/);
  });

  it("installs nothing beside Docker Desktop, whose Engine is to be started", () => {
    const machine = new Machine();
    machine.program("docker", docker);
    machine.program("readlink", "echo /mnt/wsl/docker-desktop/cli-tools/usr/bin/docker");
    machine.program("apt-get", ': >"$HOME/asked"');
    const { status, text } = machine.run('ensure_docker; [ ! -e "$HOME/asked" ] && exit 1', { steps });
    assert.equal(status, 1);
    assert.match(text, /Start Docker Desktop/);
  });

  it("tells a user whom the Engine turns away to join the group", () => {
    const machine = new Machine();
    machine.program(
      "docker",
      "echo 'permission denied while trying to connect to the Docker daemon socket' >&2; exit 1",
    );
    const { status, text } = machine.run("ensure_docker", { steps, user: 1000 });
    assert.equal(status, 1);
    assert.match(text, /may not use it/);
    assert.match(text, /usermod -aG docker ada/);
  });

  it("leaves an Engine that DOCKER_HOST names to whoever chose it", () => {
    const machine = new Machine();
    machine.program("docker", docker);
    const { status, text } = machine.run("ensure_docker", { steps, env: { DOCKER_HOST: "ssh://elsewhere" } });
    assert.equal(status, 1);
    assert.match(text, /no Docker Engine answers at DOCKER_HOST=ssh:\/\/elsewhere/);
  });

  it("leaves the Engine of a Docker context to whoever chose it", () => {
    const machine = new Machine();
    machine.program("docker", `case $1 in context) echo colima ;; *) ${docker} ;; esac`);
    machine.program("dockerd", ': >"$HOME/started"');
    const { status, text } = machine.run('ensure_docker; [ ! -e "$HOME/started" ]', { steps });
    assert.equal(status, 1);
    assert.match(text, /no Docker Engine answers in the Docker context colima/);
    assert.match(text, /docker context use default/);
  });

  it("starts dockerd by hand where no service manager runs, and knows it again by its process id", () => {
    const machine = new Machine();
    machine.program("docker", docker);
    machine.program("dockerd", ': >"$HOME/engine"; exec sleep 30');
    machine.program("setsid", 'exec "$@"');
    machine.program("nohup", 'exec "$@"');
    const line = 'start_dockerd && kill "$(cat "$state/dockerd.pid")" && ok started; started_dockerd || echo none';
    const { status, text } = machine.run(line, { steps });
    assert.equal(status, 0, text);
    assert.match(text, /✓ started/);
    assert.match(text, /^none$/m, "a process that is no dockerd is not taken for one");
  });
});
