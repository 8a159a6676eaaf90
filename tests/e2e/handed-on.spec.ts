import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { docker, services } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { freePorts } from "./ports";
import { Project } from "./project";

/** What of `docker inspect` the keys are found in. */
interface Inspected {
  Id: string;
  State: { Running: boolean };
  HostConfig: {
    Devices: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[] | null;
    DeviceCgroupRules: string[] | null;
    GroupAdd: string[] | null;
    IpcMode: string;
    NetworkMode: string;
  };
  Mounts: { Destination: string; Propagation: string; RW: boolean }[];
}

/** Every key once, on containers that do nothing; the machine's own network and another service's beside them. */
const compose = (place: string, port: number): string => `services:
  owner:
    build: ./app
    devices: [/dev/fuse, "/dev/zero:/dev/nil:r"]
    device_cgroup_rules: ["c 1:3 mr"]
    group_add: ["1001"]
    ipc: shareable
    mac_address: "02:42:ac:11:7a:02"
    pids_limit: 200
    oom_score_adj: 100
    volumes: ["${place}:/place:ro,private"]
    stop_grace_period: 1s
  guest:
    build: ./app
    network_mode: service:owner
    ipc: service:owner
    environment: { EDITION: first }
    stop_grace_period: 1s
  onmachine:
    build: ./app
    network_mode: host
    ports: ["${port}:${port}"]
    command: [node, -e, "require('http').createServer((_, to) => to.end('here')).listen(${port}, '127.0.0.1')"]
    stop_grace_period: 1s
`;

onTellingEngine("keys that are handed on to the Engine", (kind) => {
  inOrder();

  let project: Project;
  let port: number;

  const inspected = async (): Promise<Record<string, Inspected>> => {
    const found = Object.entries(await services(project.name, "staging"));
    const all = found.map(async ([service, { Id }]) => {
      const [told] = JSON.parse(await docker("inspect", Id)) as [Inspected];
      return [service, told] as const;
    });
    return Object.fromEntries(await Promise.all(all));
  };
  const of = async (service: string): Promise<Inspected> =>
    (await inspected())[service] ?? assert.fail(`no container of ${service}`);

  before(async () => {
    project = await Project.create(kind, "handed", join(__dirname, "fixtures", "small"));
    [port] = (await freePorts(1)) as [number];
    const place = join(project.folder, ".place");
    mkdirSync(place);
    project.write("compose.yaml", compose(place, port));
    project.write(".gitignore", `${project.read(".gitignore")}.place/\n`);
    await project.commit("Ask for all of it");
    await project.stage("staging", { compose: "compose.yaml", registry: await project.registry() });
  });

  after(() => project?.dispose());

  it("are told where they make no difference, or open what no port tells", async () => {
    const { text } = await succeeds(project.engine.preview("staging"));
    assert.match(text, /compose\.yaml:9:5: services\.owner\.pids_limit makes no difference: Pulumi's Docker provider/);
    assert.match(text, /services\.owner\.oom_score_adj makes no difference/);
    assert.match(text, /The service onmachine is on the machine's own network \(network_mode: host\)/);
  });

  it("are on the containers, and stay as they are", async () => {
    await upAndClean(project.engine, "staging");
    const { owner, guest, onmachine } = await inspected();
    assert.deepEqual(
      owner?.HostConfig.Devices?.map(
        (one) => `${one.PathOnHost}:${one.PathInContainer}:${one.CgroupPermissions}`,
      ).sort(),
      ["/dev/fuse:/dev/fuse:rwm", "/dev/zero:/dev/nil:r"],
    );
    assert.deepEqual(owner?.HostConfig.DeviceCgroupRules, ["c 1:3 mr"]);
    assert.deepEqual(owner?.HostConfig.GroupAdd, ["1001"]);
    assert.equal(owner?.HostConfig.IpcMode, "shareable");
    const place = owner?.Mounts.find(({ Destination }) => Destination === "/place");
    assert.deepEqual([place?.Propagation, place?.RW], ["private", false]);
    assert.equal(guest?.HostConfig.NetworkMode, `container:${owner?.Id}`);
    assert.equal(guest?.HostConfig.IpcMode, `container:${owner?.Id}`);
    assert.equal(onmachine?.HostConfig.NetworkMode, "host");
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "here");
  });

  it("leave others alone where a guest of a network changes", async () => {
    const before = await inspected();
    project.edit("compose.yaml", "EDITION: first", "EDITION: second");
    await project.commit("Another edition");
    await upAndClean(project.engine, "staging");
    const after = await inspected();
    assert.notEqual(after["guest"]?.Id, before["guest"]?.Id);
    assert.equal(after["owner"]?.Id, before["owner"]?.Id);
    assert.equal(after["guest"]?.HostConfig.NetworkMode, `container:${before["owner"]?.Id}`);
  });

  it("bring the guest along where the owner of a network changes", async () => {
    const before = await inspected();
    project.edit("compose.yaml", 'group_add: ["1001"]', 'group_add: ["1002"]');
    await project.commit("Another group");
    await upAndClean(project.engine, "staging");
    const owner = await of("owner");
    const guest = await of("guest");
    assert.notEqual(owner.Id, before["owner"]?.Id);
    assert.equal(guest.HostConfig.NetworkMode, `container:${owner.Id}`);
    assert.deepEqual([owner.State.Running, guest.State.Running], [true, true]);
  });
});
