import assert from "node:assert/strict";
import { containerArgs } from "../../../components/services/container";
import { Secrets } from "../../../application/secrets";
import { serviceWith } from "../project";

const argsOf = (section: string) =>
  containerArgs("app", serviceWith(section), {
    secrets: new Secrets(),
    image: "registry/app@sha256:1",
    networks: { default: "net-default", front: "net-front", back: "net-back" },
    volumes: { data: "vol-data", files: "vol-files" },
    files: [],
    isCalled: false,
    labels: [],
  });

/** A section of a service, and what the container is given for it. */
const sections: [string, string, object][] = [
  [
    "nothing",
    "",
    { image: "registry/app@sha256:1", restart: "unless-stopped", mustRun: true, wait: false, removeVolumes: false },
  ],
  ["no command", "", { command: undefined, entrypoints: undefined }],
  ["command as a list", `command: ["a", "b c"]`, { command: ["a", "b c"] }],
  ["command as a line", `command: run "b c"`, { command: ["run", "b c"] }],
  ["entrypoint", `entrypoint: ["/init", "-x"]`, { entrypoints: ["/init", "-x"], command: undefined }],
  ["a cleared entrypoint", `entrypoint: []\ncommand: ["a", ""]`, { entrypoints: ["a", ""], command: undefined }],
  [
    "an empty argument behind an entrypoint",
    `entrypoint: ["sh"]\ncommand: ["-c", ""]`,
    { entrypoints: ["sh", "-c", ""], command: undefined },
  ],
  ["environment as a map", "environment: { B: 2, A: one, EMPTY: '' }", { envs: ["A=one", "B=2", "EMPTY="] }],
  ["environment as a list", "environment: [B=2, A=one=1]", { envs: ["A=one=1", "B=2"] }],
  ["a variable that nothing sets", "environment: [UNSET, A=1]", { envs: ["A=1"] }],
  [
    "an absolute path for SELinux",
    'volumes: ["/srv/html:/html:Z"]',
    { volumes: [{ containerPath: "/html", hostPath: "/srv/html", readOnly: undefined, selinuxRelabel: "Z" }] },
  ],
  ["user", "user: '1000:1000'", { user: "1000:1000" }],
  ["working_dir", "working_dir: /srv", { workingDir: "/srv" }],
  ["hostname", "hostname: app1\ndomainname: example.com", { hostname: "app1", domainname: "example.com" }],
  ["stdin_open and tty", "stdin_open: true\ntty: true", { stdinOpen: true, tty: true }],
  ["init", "init: true", { init: true }],
  ["runtime", "runtime: runsc", { runtime: "runsc" }],
  ["read_only", "read_only: true", { readOnly: true }],
  ["restart: always", "restart: always", { restart: "always", maxRetryCount: undefined }],
  ["restart: no", `restart: "no"`, { restart: "no" }],
  ["restart: on-failure:3", "restart: on-failure:3", { restart: "on-failure", maxRetryCount: 3 }],
  [
    "deploy.restart_policy on-failure",
    "deploy: { restart_policy: { condition: on-failure, max_attempts: 4 } }",
    { restart: "on-failure", maxRetryCount: 4 },
  ],
  ["deploy.restart_policy none", "deploy: { restart_policy: { condition: none } }", { restart: "no" }],
  ["deploy.restart_policy any", "deploy: { restart_policy: { condition: any } }", { restart: "unless-stopped" }],
  ["no stop_grace_period", "", { stopTimeout: 10, destroyGraceSeconds: 10 }],
  ["no stop_grace_period, and data", 'volumes: ["data:/data"]', { stopTimeout: 60, destroyGraceSeconds: 60 }],
  [
    "no stop_grace_period, and data that others write to as well",
    'volumes: ["data:/data"]\nx-slipway: { sharesVolumes: true }',
    { stopTimeout: 10, destroyGraceSeconds: 10 },
  ],
  [
    "a short stop_grace_period, and data",
    'volumes: ["data:/data"]\nstop_grace_period: 5s',
    { stopTimeout: 5, destroyGraceSeconds: 5 },
  ],
  [
    "stop_grace_period",
    "stop_grace_period: 1m30s\nstop_signal: SIGINT",
    { stopTimeout: 90, destroyGraceSeconds: 90, stopSignal: "SIGINT" },
  ],
  ["stop_grace_period of parts of a second", "stop_grace_period: 1500ms", { stopTimeout: 2, destroyGraceSeconds: 2 }],
  ["no logging", "", { logDriver: "json-file", logOpts: { "max-size": "10m", "max-file": "3" } }],
  [
    "logging without a size",
    "logging: { options: { max-file: '5' } }",
    { logDriver: "json-file", logOpts: { "max-size": "10m", "max-file": "5" } },
  ],
  [
    "logging",
    "logging: { driver: local, options: { max-size: 1m } }",
    { logDriver: "local", logOpts: { "max-size": "1m" } },
  ],
  ["mem_limit", "mem_limit: 64m", { memory: 64, memorySwap: 64 }],
  ["a limit that is no whole MiB", "mem_limit: 1500000b", { memory: 2, memorySwap: 2 }],
  [
    "deploy.resources",
    "deploy: { resources: { limits: { memory: 1G, cpus: '1.5' }, reservations: { memory: 256M } } }",
    { memory: 1024, memorySwap: 1024, memoryReservation: 256, cpus: "1.5" },
  ],
  ["mem_limit and memswap_limit", "mem_limit: 64m\nmemswap_limit: 128m", { memory: 64, memorySwap: 128 }],
  ["memswap_limit: -1", "mem_limit: 64m\nmemswap_limit: -1", { memory: 64, memorySwap: -1 }],
  ["mem_reservation", "mem_reservation: 32m", { memoryReservation: 32, memory: undefined, memorySwap: undefined }],
  ["cpus", "cpus: 0.25", { cpus: "0.25" }],
  [
    "the other cpu keys",
    "cpu_shares: 512\ncpuset: '0,1'\ncpu_period: 100000\ncpu_quota: 50000",
    { cpuShares: 512, cpuSet: "0,1", cpuPeriod: 100000, cpuQuota: 50000 },
  ],
  [
    "ulimits",
    "ulimits: { nofile: { soft: 1024, hard: 2048 }, nproc: 64 }",
    {
      ulimits: [
        { name: "nofile", soft: 1024, hard: 2048 },
        { name: "nproc", soft: 64, hard: 64 },
      ],
    },
  ],
  ["sysctls", "sysctls: { net.core.somaxconn: 1024 }", { sysctls: { "net.core.somaxconn": "1024" } }],
  ["shm_size", "shm_size: 128m", { shmSize: 128 }],
  ["cgroup_parent", "cgroup_parent: apps", { cgroupParent: "apps" }],
  ["group_add", "group_add: [mail, '1001']", { groupAdds: ["mail", "1001"] }],
  ["no security_opt", "", { securityOpts: ["no-new-privileges:true"] }],
  [
    "security_opt",
    "security_opt: [seccomp=unconfined]",
    { securityOpts: ["seccomp=unconfined", "no-new-privileges:true"] },
  ],
  ["no-new-privileges itself", "security_opt: [no-new-privileges]", { securityOpts: ["no-new-privileges"] }],
  ["no-new-privileges:false", "security_opt: ['no-new-privileges:false']", { securityOpts: [] }],
  ["privileged", "privileged: true", { privileged: true }],
  [
    "cap_add and cap_drop",
    "cap_drop: [ALL]\ncap_add: [chown, CAP_SETUID]",
    { capabilities: { adds: ["CAP_CHOWN", "CAP_SETUID"], drops: ["ALL"] } },
  ],
  ["no capabilities", "", { capabilities: undefined }],
  [
    "extra_hosts",
    "extra_hosts: ['db.local:10.0.0.5', 'gw=host-gateway', 'six=[::1]', 'sixth:fe80::1']",
    {
      hosts: [
        { host: "db.local", ip: "10.0.0.5" },
        { host: "gw", ip: "host-gateway" },
        { host: "six", ip: "::1" },
        { host: "sixth", ip: "fe80::1" },
      ],
    },
  ],
  [
    "dns",
    "dns: [1.1.1.1]\ndns_opt: [use-vc]\ndns_search: [example.com]",
    { dns: ["1.1.1.1"], dnsOpts: ["use-vc"], dnsSearches: ["example.com"] },
  ],
  [
    "no network",
    "",
    { networksAdvanced: [{ name: "net-default", aliases: ["app"], ipv4Address: undefined, ipv6Address: undefined }] },
  ],
  [
    "networks with aliases and an address",
    "networks: { front: { aliases: [www, app] }, back: { ipv4_address: 10.1.0.7 } }",
    {
      networksAdvanced: [
        { name: "net-back", aliases: ["app"], ipv4Address: "10.1.0.7", ipv6Address: undefined },
        { name: "net-front", aliases: ["app", "www"], ipv4Address: undefined, ipv6Address: undefined },
      ],
    },
  ],
  ["network_mode: none", "network_mode: none", { networkMode: "none", networksAdvanced: [] }],
  ["a raw port", "ports: ['8080:80']", { ports: [{ internal: 80, external: 8080, ip: undefined, protocol: "tcp" }] }],
  [
    "a raw port on one address",
    "ports: ['127.0.0.1:53:5353/udp']",
    { ports: [{ internal: 5353, external: 53, ip: "127.0.0.1", protocol: "udp" }] },
  ],
  [
    "a port without one of the machine",
    "ports: ['80']",
    { ports: [{ internal: 80, external: undefined, ip: undefined, protocol: "tcp" }] },
  ],
  [
    "a range of ports",
    "ports: ['8000-8001:80-81']",
    {
      ports: [
        { internal: 80, external: 8000, ip: undefined, protocol: "tcp" },
        { internal: 81, external: 8001, ip: undefined, protocol: "tcp" },
      ],
    },
  ],
  [
    "an HTTP port, which is the edge's",
    "ports: [{ target: 80, published: '8080', app_protocol: http }]",
    { ports: [] },
  ],
  [
    "a named volume",
    "volumes: ['data:/data', 'files:/files:ro']",
    {
      volumes: [
        { containerPath: "/data", readOnly: undefined, volumeName: "vol-data" },
        { containerPath: "/files", readOnly: true, volumeName: "vol-files" },
      ],
    },
  ],
  [
    "a volume without a name",
    "volumes: ['/cache']",
    { volumes: [{ containerPath: "/cache", readOnly: undefined, volumeName: "app:/cache" }] },
  ],
  [
    "a path of the machine",
    "volumes: ['/srv/data:/data:ro']",
    { volumes: [{ containerPath: "/data", readOnly: true, hostPath: "/srv/data" }] },
  ],
  ["tmpfs", "tmpfs: ['/run:size=1m,mode=700', /tmp]", { tmpfs: { "/run": "size=1m,mode=700", "/tmp": "" } }],
  [
    "a tmpfs volume",
    "volumes: [{ type: tmpfs, target: /scratch, tmpfs: { size: 1m, mode: 0o700 } }]",
    { volumes: [], mounts: [{ type: "tmpfs", target: "/scratch", tmpfsOptions: { sizeBytes: 1048576, mode: 448 } }] },
  ],
  [
    "a health check",
    "healthcheck: { test: [CMD, ok], interval: 5s, timeout: 2s, retries: 4, start_period: 10s }",
    {
      healthcheck: {
        tests: ["CMD", "ok"],
        interval: "5s",
        timeout: "2s",
        retries: 4,
        startPeriod: "10s",
        startInterval: undefined,
      },
      wait: true,
      // The start, (interval and timeout) of one check more than may fail, and half a minute.
      waitTimeout: 10 + (5 + 2) * 5 + 30,
    },
  ],
  ["a health check's defaults", "healthcheck: { test: exit 0 }", { wait: true, waitTimeout: (30 + 30) * 4 + 30 }],
  [
    "a health check turned off",
    "healthcheck: { disable: true }",
    { healthcheck: { tests: ["NONE"] }, wait: false, waitTimeout: undefined },
  ],
  ["a health check of NONE", "healthcheck: { test: [NONE] }", { healthcheck: { tests: ["NONE"] }, wait: false }],
  ["no health check", "", { healthcheck: undefined, wait: false, waitTimeout: undefined }],
];

describe("a container's definition", () => {
  for (const [what, section, expected] of sections) {
    it(`carries ${what}`, () => {
      const args = argsOf(section) as unknown as Record<string, unknown>;
      const picked = Object.fromEntries(Object.keys(expected).map((key) => [key, args[key]]));
      assert.deepEqual(picked, expected);
    });
  }

  it("carries the labels and files that it is given", () => {
    const labels = [{ label: "slipway.stage", value: "staging" }];
    const files = [{ type: "bind", source: "/v/0", target: "/etc/app.conf", readOnly: true }];
    const context = { secrets: new Secrets(), image: "i", networks: {}, volumes: {}, files, isCalled: false, labels };
    const args = containerArgs("app", serviceWith(""), context);
    assert.equal(args.labels, labels);
    assert.deepEqual(args.mounts, files);
  });
});

describe("a container on a network that is not its stage's", () => {
  const aliases = (isCalled: boolean): (readonly string[] | undefined)[] => {
    const section = "networks: { front: , back: { aliases: [shop] } }";
    const { networksAdvanced } = containerArgs("app", serviceWith(section), {
      secrets: new Secrets(),
      image: "i",
      networks: { front: "net-front", back: "net-back" },
      declared: {
        front: { name: "net-front", external: true, ipam: {} },
        back: { name: "net-back", external: true, ipam: {} },
      },
      volumes: {},
      files: [],
      isCalled,
      labels: [],
    });
    return (networksAdvanced as { name: string; aliases?: string[] }[])
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((one) => one.aliases);
  };

  it("has no name there but those that the file writes, called by others or not", () => {
    for (const isCalled of [true, false]) assert.deepEqual(aliases(isCalled), [["shop"], []]);
  });
});
