import assert from "node:assert/strict";
import { containerOptions, type ContainerInputs as Values } from "../../docker/container";
import type { ContainerDefinition } from "../../docker/definition";

/** What the Engine is asked for where a container has a name and an image only. */
const least: ContainerDefinition = {
  name: "web",
  Image: "nginx",
  Labels: {},
  HostConfig: {
    LogConfig: { Type: "", Config: {} },
    Init: false,
    NetworkMode: "bridge",
    RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
  },
};

/** An input, and what it adds to that: to the container, and to its host. */
const translations: [input: Values, own: Values, host?: Values][] = [
  [{ command: ["serve", ""] }, { Cmd: ["serve", ""] }],
  [{ entrypoints: ["sh", "-c"] }, { Entrypoint: ["sh", "-c"] }],
  [{ envs: ["A=1", "B="] }, { Env: ["A=1", "B="] }],
  [
    { devices: [{ hostPath: "/dev/fuse" }, { hostPath: "/dev/a", containerPath: "/dev/b", permissions: "r" }] },
    {},
    {
      Devices: [
        { PathOnHost: "/dev/fuse", PathInContainer: "/dev/fuse", CgroupPermissions: "rwm" },
        { PathOnHost: "/dev/a", PathInContainer: "/dev/b", CgroupPermissions: "r" },
      ],
    },
  ],
  [
    {
      deviceRequests: [
        { driver: "nvidia", count: -1, capabilities: ["gpu"] },
        { driver: "cdi", deviceIds: ["a/b=c"] },
      ],
    },
    {},
    {
      DeviceRequests: [
        { Driver: "nvidia", Count: -1, DeviceIDs: [], Capabilities: [["gpu"]], Options: {} },
        { Driver: "cdi", Count: 0, DeviceIDs: ["a/b=c"], Capabilities: [], Options: {} },
      ],
    },
  ],
  [{ storageOpts: { size: "1G" } }, {}, { StorageOpt: { size: "1G" } }],
  [{ deviceCgroupRules: ["c 1:3 mr"] }, {}, { DeviceCgroupRules: ["c 1:3 mr"] }],
  [
    { deviceReadBps: [{ path: "/dev/a", rate: 1 }], deviceReadIops: [{ path: "/dev/a", rate: 2 }] },
    {},
    { BlkioDeviceReadBps: [{ Path: "/dev/a", Rate: 1 }], BlkioDeviceReadIOps: [{ Path: "/dev/a", Rate: 2 }] },
  ],
  [
    { deviceWriteBps: [{ path: "/dev/a", rate: 3 }], deviceWriteIops: [{ path: "/dev/a", rate: 4 }] },
    {},
    { BlkioDeviceWriteBps: [{ Path: "/dev/a", Rate: 3 }], BlkioDeviceWriteIOps: [{ Path: "/dev/a", Rate: 4 }] },
  ],
  [
    {
      mounts: [
        { type: "bind", source: "/mnt", target: "/mnt", bindOptions: { propagation: "rslave" } },
        { type: "volume", source: "v", target: "/v", volumeOptions: { noCopy: true, subpath: "a" } },
      ],
    },
    {},
    {
      Mounts: [
        { Type: "bind", Source: "/mnt", Target: "/mnt", ReadOnly: false, BindOptions: { Propagation: "rslave" } },
        {
          Type: "volume",
          Source: "v",
          Target: "/v",
          ReadOnly: false,
          VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: "", Options: {} }, Subpath: "a" },
        },
      ],
    },
  ],
  [{ user: "1000:1000" }, { User: "1000:1000" }],
  [{ workingDir: "/app" }, { WorkingDir: "/app" }],
  [{ hostname: "web" }, { Hostname: "web" }],
  [{ domainname: "example.com" }, { Domainname: "example.com" }],
  [{ tty: true }, { Tty: true }],
  [{ stdinOpen: true }, { OpenStdin: true }],
  [{ stopSignal: "SIGINT" }, { StopSignal: "SIGINT" }],
  [{ stopTimeout: 30 }, { StopTimeout: 30 }],
  [{ labels: [{ label: "a", value: "1" }] }, { Labels: { a: "1" } }],
  [
    { healthcheck: { tests: ["CMD", "true"], interval: "1m30s", timeout: "500ms", retries: 2 } },
    { Healthcheck: { Test: ["CMD", "true"], Interval: 90e9, Timeout: 5e8, StartPeriod: 0, Retries: 2 } },
  ],
  [
    { healthcheck: { tests: ["CMD", "true"], startPeriod: "10s", startInterval: "1s" } },
    {
      Healthcheck: {
        Test: ["CMD", "true"],
        Interval: 0,
        Timeout: 0,
        StartPeriod: 1e10,
        StartInterval: 1e9,
        Retries: 0,
      },
    },
  ],
  [
    {
      ports: [
        { internal: 80, external: 8080, ip: "127.0.0.1" },
        { internal: 80, external: 8081 },
        { internal: 53, protocol: "udp" },
      ],
    },
    { ExposedPorts: { "80/tcp": {}, "53/udp": {} } },
    {
      PortBindings: {
        "80/tcp": [
          { HostIp: "127.0.0.1", HostPort: "8080" },
          { HostIp: "0.0.0.0", HostPort: "8081" },
        ],
        "53/udp": [{ HostIp: "0.0.0.0", HostPort: "0" }],
      },
    },
  ],
  [
    {
      volumes: [
        { containerPath: "/data", volumeName: "data" },
        { containerPath: "/etc/app", hostPath: "/srv/app", readOnly: true },
        { containerPath: "/cache" },
      ],
    },
    { Volumes: { "/data": {}, "/etc/app": {}, "/cache": {} } },
    { Binds: ["data:/data:rw", "/srv/app:/etc/app:ro"] },
  ],
  [
    {
      mounts: [
        { type: "volume", source: "files", target: "/run/slipway", readOnly: true },
        { type: "tmpfs", target: "/tmp", tmpfsOptions: { sizeBytes: 1024, mode: 0o700 } },
      ],
    },
    {},
    {
      Mounts: [
        { Type: "volume", Source: "files", Target: "/run/slipway", ReadOnly: true },
        { Type: "tmpfs", Source: "", Target: "/tmp", ReadOnly: false, TmpfsOptions: { SizeBytes: 1024, Mode: 0o700 } },
      ],
    },
  ],
  [{ tmpfs: { "/tmp": "size=1m" } }, {}, { Tmpfs: { "/tmp": "size=1m" } }],
  [{ hosts: [{ host: "db", ip: "10.0.0.1" }] }, {}, { ExtraHosts: ["db:10.0.0.1"] }],
  [{ dns: ["1.1.1.1"] }, {}, { Dns: ["1.1.1.1"] }],
  [{ dnsOpts: ["ndots:2"] }, {}, { DnsOptions: ["ndots:2"] }],
  [{ dnsSearches: ["example.com"] }, {}, { DnsSearch: ["example.com"] }],
  [{ networkMode: "host" }, {}, { NetworkMode: "host" }],
  [{ ulimits: [{ name: "nofile", soft: 1, hard: 2 }] }, {}, { Ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }] }],
  [{ capabilities: { adds: ["CAP_NET_ADMIN"] } }, {}, { CapAdd: ["CAP_NET_ADMIN"], CapDrop: undefined }],
  [{ securityOpts: ["no-new-privileges:true"] }, {}, { SecurityOpt: ["no-new-privileges:true"] }],
  [{ privileged: true }, {}, { Privileged: true }],
  [{ readOnly: true }, {}, { ReadonlyRootfs: true }],
  [{ groupAdds: ["docker"] }, {}, { GroupAdd: ["docker"] }],
  [{ runtime: "runc" }, {}, { Runtime: "runc" }],
  [{ init: true }, {}, { Init: true }],
  [{ shmSize: 64 }, {}, { ShmSize: 67_108_864 }],
  [{ memory: 128 }, {}, { Memory: 134_217_728 }],
  [{ memoryReservation: 64 }, {}, { MemoryReservation: 67_108_864 }],
  [{ memorySwap: 128 }, {}, { MemorySwap: 134_217_728 }],
  [{ memorySwap: -1 }, {}, { MemorySwap: -1 }],
  [{ cpus: "0.5" }, {}, { NanoCpus: 500_000_000 }],
  [{ cpuPeriod: 100_000 }, {}, { CpuPeriod: 100_000 }],
  [{ cpuQuota: 50_000 }, {}, { CpuQuota: 50_000 }],
  [{ cpuShares: 512 }, {}, { CpuShares: 512 }],
  [{ cpuSet: "0,1" }, {}, { CpusetCpus: "0,1" }],
  [{ pidMode: "host" }, {}, { PidMode: "host" }],
  [{ ipcMode: "private" }, {}, { IpcMode: "private" }],
  [{ sysctls: { "net.core.somaxconn": "1024" } }, {}, { Sysctls: { "net.core.somaxconn": "1024" } }],
  [{ cgroupParent: "/apps" }, {}, { CgroupParent: "/apps" }],
  [
    { logDriver: "json-file", logOpts: { "max-size": "10m" } },
    {},
    { LogConfig: { Type: "json-file", Config: { "max-size": "10m" } } },
  ],
  [{ restart: "on-failure", maxRetryCount: 5 }, {}, { RestartPolicy: { Name: "on-failure", MaximumRetryCount: 5 } }],
];

describe("what the Engine is asked for a container", () => {
  const asked = (inputs: Values) => containerOptions({ name: "web", image: "nginx", ...inputs });

  it("is little where the program says little", () => {
    assert.deepEqual(asked({}), least);
    assert.deepEqual(asked({ user: null, ports: undefined }), least);
  });

  for (const [input, own, host] of translations) {
    it(`follows ${JSON.stringify(input)}`, () => {
      assert.deepEqual(asked(input), { ...least, ...own, HostConfig: { ...least.HostConfig, ...host } });
    });
  }

  it("holds nothing of what is done around the creation", () => {
    const around = {
      networksAdvanced: [{ name: "front" }],
      uploads: [{ file: "/a", content: "b" }],
      start: true,
      wait: true,
      waitTimeout: 60,
      mustRun: true,
      removeVolumes: false,
      destroyGraceSeconds: 10,
    };
    assert.deepEqual(asked(around), least);
  });

  it("is an error for an input that is not known, by its name", () => {
    assert.throws(() => asked({ gpus: "all" }), {
      message: "Slipway knows no translation of the input gpus of a container for the Engine.",
    });
  });
});
