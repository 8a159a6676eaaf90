import assert from "node:assert/strict";
import type { Holder } from "../../docker/holders/holder";
import { checkNetworks, compareExisting, differences, withSameRanges } from "../../plan/existing";
import type { FoundMachine } from "../../machine/machine";
import type { ExistingNetwork } from "../../docker/ranges";
import type { Network } from "../../compose/model";
import type { Engine } from "../../docker/engine";
import type { ListedVolume } from "../../docker/volumes";
import { FakeEngine } from "../docker/fakeEngine";

const id = { project: "shop", stage: "staging" };

describe("a volume that is there already", () => {
  const there = (volume: Partial<ListedVolume> = {}): ListedVolume[] => [
    { Name: "shop-staging_data", Driver: "local", Options: null, Labels: null, ...volume },
  ];
  const told = (volume: object, found: ListedVolume[]): string[] =>
    differences({ data: { name: "shop-staging_data", ...volume } }, found);
  const end =
    "what the compose file says of it changes nothing, because the Engine cannot change a volume. Write what it has, or move its data to a volume of another name (docs/volumes.md says how).";

  const other: [string, object, ListedVolume[], string][] = [
    [
      "other options",
      { driver_opts: { type: "none", device: "/new" } },
      there({ Options: { device: "/old", type: "none" } }),
      "driver_opts { device: /old }, not { device: /new }",
    ],
    [
      "options that the file no longer has",
      {},
      there({ Options: { device: "/old" } }),
      "driver_opts { device: /old }, not {}",
    ],
    ["none of the file's options", { driver_opts: { size: "1g" } }, there(), "driver_opts {}, not { size: 1g }"],
    ["another driver", { driver: "nfs" }, there(), "the driver local, not nfs"],
    [
      "another driver and other options",
      { driver: "nfs", driver_opts: { a: "b" } },
      there(),
      "the driver local, not nfs, and with driver_opts {}, not { a: b }",
    ],
  ];
  for (const [what, volume, found, parts] of other) {
    it(`is told of where it has ${what}`, () => {
      assert.deepEqual(told(volume, found), [
        `The volume data (shop-staging_data) is there already, with ${parts}: ${end}`,
      ]);
    });
  }

  it("is told of without the passwords that its options may hold", () => {
    const of = (password: string): Record<string, string> => ({
      o: `username=a,password=${password},uid=7`,
      token: password,
    });
    const [sentence = ""] = told({ driver_opts: of("planted-new") }, there({ Options: of("planted-old") }));
    assert.match(
      sentence,
      /driver_opts \{ o: username=a,password=…,uid=7, token: … \}, not \{ o: username=a,password=…,uid=7, token: … \}/,
    );
    assert.doesNotMatch(sentence, /planted/);
  });

  it("has the driver that the file says, also where the Engine calls a plugin by its tag", () => {
    assert.deepEqual(told({ driver: "centos-nfs" }, there({ Driver: "centos-nfs:latest" })), []);
  });

  it("is told of where it lacks labels", () => {
    assert.deepEqual(
      told({ labels: { a: "1", b: "2" } }, there({ Labels: { a: "1", b: "3", "slipway.stage": "staging" } })),
      [
        "The volume data (shop-staging_data) is there already, without the present labels b: the Engine cannot change them.",
      ],
    );
  });

  it("is nothing to speak of where it is as the file says, is external, or is not there yet", () => {
    assert.deepEqual(
      told({ driver: "local", driver_opts: { b: "2", a: "1" } }, there({ Options: { a: "1", b: "2" } })),
      [],
    );
    assert.deepEqual(told({ external: true }, there({ Options: { a: "1" } })), []);
    assert.deepEqual(told({ driver: "nfs" }, []), []);
    assert.deepEqual(told({}, there({ Labels: { "com.docker.compose.project": "shop" } })), []);
  });
});

describe("a network", () => {
  const network = (subnet?: string, more: Partial<Network> = {}): Network => ({
    name: "shop-staging_back",
    ipam: subnet ? { config: [{ subnet }] } : {},
    ...more,
  });
  const found = (Subnet: string, Labels: ExistingNetwork["Labels"] = null): ExistingNetwork[] => [
    { Id: "lan", Name: "lan", Labels, IPAM: { Config: [{ Subnet }] } },
    { Id: "none", Name: "none", Labels: null, IPAM: { Config: null } },
  ];
  const check = (back: Network, existing: ExistingNetwork[]) => checkNetworks(id, { back }, existing, "this machine");

  it("is refused where its range is another's", () => {
    assert.throws(
      () => check(network("10.1.2.0/24"), found("10.1.0.0/16")),
      new Error(
        "The network back has the subnet 10.1.2.0/24, and this machine has 10.1.0.0/16 in use for the network lan: choose another subnet for this stage, with a variable (slipway:env) or in its overlay.",
      ),
    );
    const labels = { "slipway.project": "shop", "slipway.stage": "production" };
    assert.throws(
      () => check(network("10.1.0.0/16"), found("10.1.2.0/24", labels)),
      /for the network lan of the stage shop\/production: choose/,
    );
  });

  it("may have the range that its own stage has", () => {
    check(network("10.1.2.0/24"), found("10.1.2.0/24", { "slipway.project": "shop", "slipway.stage": "staging" }));
    check(network(), found("10.1.2.0/24"));
  });

  it("must be there where it is external", () => {
    assert.throws(
      () => check(network(undefined, { external: true, name: "company" }), found("10.1.2.0/24")),
      new Error(
        "The network back is external and named company, which this machine does not have: create it (docker network create company), or take external away.",
      ),
    );
    check(network(undefined, { external: true, name: "lan" }), found("10.1.2.0/24"));
  });

  it("is refused where it is another stage's, by its name, its id and the beginning of that", () => {
    const labels = { "slipway.project": "shop", "slipway.stage": "production" };
    const other = found("10.1.2.0/24", labels).map((one) => ({
      ...one,
      Id: one.Name === "lan" ? "0123456789abcdef" : "f",
    }));
    for (const name of ["lan", "0123456789abcdef", "0123456789ab"]) {
      assert.throws(
        () => check(network(undefined, { external: true, name }), other),
        new Error(
          `The network back is external and named ${name}, which is the network lan of the stage shop/production: take one that belongs to no stage, such as docker network create makes.`,
        ),
      );
    }
    const own = other.map((one) => ({ ...one, Labels: { ...labels, "slipway.stage": "staging" } }));
    check(network(undefined, { external: true, name: "0123456789ab" }), own);
  });

  it("is told of where it takes over the range of another one of its stage", async () => {
    const own = { "slipway.project": "shop", "slipway.stage": "staging", "slipway.network": "shop-staging-old" };
    const old = { ...found("10.1.0.0/16", own)[0], Containers: { c1: {} } };
    const fake = await FakeEngine.start((asked) => (asked.startsWith("GET /networks?") ? [old] : old));
    const on = (): Promise<Engine> => Promise.resolve(fake.engine);
    const db: Holder = { id: "c1", name: "db", part: "service db", image: "redis", claims: [], isRunning: true };
    const machine = { name: "this machine", volumes: new Map(), holders: new Map([["shop/staging", [db]]]) };
    try {
      assert.deepEqual(
        (
          await compareExisting(
            id,
            { networks: { back: network("10.1.2.0/24") } },
            machine as unknown as FoundMachine,
            on,
          )
        ).notices,
        [
          "The address range 10.1.0.0/16 goes from the network old to back: old is taken away before back is made, so nothing reaches db through old from then on, and an update that fails later does not bring it back.",
        ],
      );
    } finally {
      fake.stop();
    }
  });

  it("is refused beside one of the same range in the same application, before any machine is asked", async () => {
    const networks = { front: network("10.1.0.0/16"), back: network("10.1.2.0/24") };
    await assert.rejects(
      compareExisting(id, { networks }, { lacksDocker: true } as FoundMachine, () => assert.fail()),
      new Error(
        "The network back has the subnet 10.1.2.0/24, which overlaps 10.1.0.0/16 of the network front: choose another.",
      ),
    );
  });
});

describe("a network that the stage has", () => {
  const there = (...ranges: string[]) => [
    {
      Id: "n",
      Name: "n",
      Labels: { "slipway.network": "shop-staging-back" },
      IPAM: { Config: ranges.map((Subnet) => ({ Subnet, Gateway: "10.1.0.1" })) },
    },
  ];
  const network = (subnet?: string) => ({ name: "n", ipam: subnet === undefined ? {} : { config: [{ subnet }] } });
  const same = (wanted: string | undefined, ...ranges: string[]): string[] =>
    withSameRanges(id, { back: network(wanted), other: network(wanted) }, there(...ranges));

  it("stays as it is where it has the ranges that the compose file gives it", () => {
    assert.deepEqual(same("10.1.0.0/16", "10.1.0.0/16"), ["back"]);
  });

  it("is another one where they changed, or where it names none", () => {
    assert.deepEqual(same("10.2.0.0/16", "10.1.0.0/16"), []);
    assert.deepEqual(same("10.1.0.0/16", "10.1.0.0/16", "fd00::/64"), []);
    assert.deepEqual(same(undefined, "10.1.0.0/16"), []);
  });

  /** What the compose file says, what the Engine has, and whether that is the same. */
  const pools: [string, object, object, boolean][] = [
    ["a gateway that the Engine chose", {}, { Gateway: "10.1.0.1" }, true],
    ["the gateway that is wanted", { gateway: "10.1.0.9" }, { Gateway: "10.1.0.9" }, true],
    ["another gateway", { gateway: "10.1.0.9" }, { Gateway: "10.1.0.1" }, false],
    ["the part that is wanted for containers", { ip_range: "10.1.4.0/24" }, { IPRange: "10.1.4.0/24" }, true],
    ["another part for containers", { ip_range: "10.1.4.0/24" }, { IPRange: "" }, false],
    ["a part for containers that nobody wants any more", {}, { IPRange: "10.1.4.0/24" }, false],
    [
      "the reserved addresses that are wanted",
      { aux_addresses: { a: "10.1.0.7" } },
      { AuxiliaryAddresses: { a: "10.1.0.7" } },
      true,
    ],
    ["other reserved addresses", { aux_addresses: { a: "10.1.0.7" } }, { AuxiliaryAddresses: null }, false],
  ];
  for (const [what, wanted, has, isSame] of pools) {
    it(`${isSame ? "stays as it is" : "is another one"} with ${what}`, () => {
      const networks = { back: { name: "n", ipam: { config: [{ subnet: "10.1.0.0/16", ...wanted }] } } };
      const found = there().map((one) => ({ ...one, IPAM: { Config: [{ Subnet: "10.1.0.0/16", ...has }] } }));
      assert.deepEqual(withSameRanges(id, networks, found), isSame ? ["back"] : []);
    });
  }

  it("stays as it is with a range of IPv6 that the Engine chose", () => {
    const networks = { back: { ...network("10.1.0.0/16"), enable_ipv6: true } };
    assert.deepEqual(withSameRanges(id, networks, there("10.1.0.0/16", "fd00::/64")), ["back"]);
  });
});
