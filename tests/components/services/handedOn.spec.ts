import assert from "node:assert/strict";
import { containerArgs } from "../../../components/services/container";
import { Secrets } from "../../../application/secrets";
import { serviceWith } from "../project";

const argsOf = (section: string): Record<string, unknown> =>
  containerArgs("app", serviceWith(section), {
    secrets: new Secrets(),
    image: "registry/app@sha256:1",
    networks: { default: "net-default" },
    volumes: { data: "vol-data", files: "vol-files" },
    files: [],
    isCalled: false,
    labels: [],
  }) as unknown as Record<string, unknown>;

/** A section of a service, and what the container is given for it. */
const sections: [string, string, object][] = [
  ["no device", "", { devices: undefined, deviceRequests: undefined, deviceReadBps: undefined, ipcMode: undefined }],
  [
    "devices",
    "devices: [/dev/fuse, '/dev/ttyUSB0:/dev/modem:r']\ndevice_cgroup_rules: ['c 1:3 mr']",
    {
      devices: [
        { hostPath: "/dev/fuse", containerPath: "/dev/fuse", permissions: "rwm" },
        { hostPath: "/dev/ttyUSB0", containerPath: "/dev/modem", permissions: "r" },
      ],
      deviceCgroupRules: ["c 1:3 mr"],
    },
  ],
  [
    "a device by its name in a specification of the machine",
    "devices: ['vendor1.com/device=gpu1']",
    { devices: undefined, deviceRequests: [{ driver: "cdi", deviceIds: ["vendor1.com/device=gpu1"] }] },
  ],
  [
    "all GPUs",
    "gpus: all",
    {
      deviceRequests: [
        { driver: undefined, count: -1, deviceIds: undefined, capabilities: ["gpu"], options: undefined },
      ],
    },
  ],
  [
    "GPUs one by one",
    "gpus: [{ driver: nvidia, device_ids: ['0', '3'], capabilities: [utility] }]",
    {
      deviceRequests: [
        {
          driver: "nvidia",
          count: undefined,
          deviceIds: ["0", "3"],
          capabilities: ["utility", "gpu"],
          options: undefined,
        },
      ],
    },
  ],
  [
    "GPUs as a reservation",
    "deploy: { resources: { reservations: { devices: [{ driver: nvidia, count: 1, capabilities: [gpu] }] } } }",
    {
      deviceRequests: [{ driver: "nvidia", count: 1, deviceIds: undefined, capabilities: ["gpu"], options: undefined }],
    },
  ],
  [
    "a MAC address, on the first network",
    "mac_address: '02:42:ac:11:00:02'\nnetworks: { front: { priority: 10 }, back: }",
    {
      networksAdvanced: [
        { name: "back", aliases: ["app"], ipv4Address: undefined, ipv6Address: undefined },
        {
          name: "front",
          aliases: ["app"],
          ipv4Address: undefined,
          ipv6Address: undefined,
          macAddress: "02:42:ac:11:00:02",
        },
      ],
    },
  ],
  ["what a container's own file system may take", "storage_opt: { size: 1G }", { storageOpts: { size: "1G" } }],
  [
    "options of a network's driver, and addresses of its link",
    "networks: { default: { driver_opts: { a: b }, link_local_ips: [169.254.8.8] } }",
    {
      networksAdvanced: [
        {
          name: "net-default",
          aliases: ["app"],
          ipv4Address: undefined,
          ipv6Address: undefined,
          linkLocalIps: ["169.254.8.8"],
          driverOpts: ["a=b"],
        },
      ],
    },
  ],
  ["ipc", "ipc: host", { ipcMode: "host" }],
  ["network_mode: host", "network_mode: host", { networkMode: "host", networksAdvanced: [], ports: [] }],
  [
    "limits on block devices",
    "blkio_config: { device_read_bps: [{ path: /dev/sda, rate: 1mb }], device_write_iops: [{ path: /dev/sda, rate: 30 }] }",
    {
      deviceReadBps: [{ path: "/dev/sda", rate: 1048576 }],
      deviceReadIops: undefined,
      deviceWriteBps: undefined,
      deviceWriteIops: [{ path: "/dev/sda", rate: 30 }],
    },
  ],
  [
    "a volume that is not filled from the image",
    "volumes: ['data:/data:nocopy', 'files:/files']",
    {
      volumes: [{ containerPath: "/files", readOnly: undefined, volumeName: "vol-files" }],
      mounts: [
        {
          type: "volume",
          source: "vol-data",
          target: "/data",
          readOnly: undefined,
          volumeOptions: { noCopy: true, subpath: undefined },
        },
      ],
    },
  ],
  [
    "a folder of a volume",
    "volumes: [{ type: volume, source: data, target: /data, read_only: true, volume: { subpath: a/b } }]",
    {
      volumes: [],
      mounts: [
        {
          type: "volume",
          source: "vol-data",
          target: "/data",
          readOnly: true,
          volumeOptions: { noCopy: undefined, subpath: "a/b" },
        },
      ],
    },
  ],
  [
    "a folder of the machine with what is mounted in it",
    "volumes: ['/mnt:/mnt:ro,rslave']",
    {
      volumes: [],
      mounts: [
        {
          type: "bind",
          source: "/mnt",
          target: "/mnt",
          readOnly: true,
          bindOptions: { propagation: "rslave" },
        },
      ],
    },
  ],
];

describe("what is handed on of the machine to a container", () => {
  for (const [what, section, expected] of sections) {
    it(`is ${what}`, () => {
      const args = argsOf(section);
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, args[key]])), expected);
    });
  }
});
