import assert from "node:assert/strict";
import type { Network } from "../../../compose/model";
import type { Holder } from "../../../docker/holders/holder";
import { rangeHandovers, toldOfRange, type RangeHandover } from "../../../docker/holders/ranges";
import type { ExistingNetwork } from "../../../docker/ranges";

const stage = { project: "shop", stage: "staging" };
const wants = (subnet?: string): Network => ({ name: "any", ipam: subnet ? { config: [{ subnet }] } : {} });
const has = (network: string, Subnet: string, more: Partial<ExistingNetwork> = {}): ExistingNetwork => ({
  Id: network,
  Name: `shop-staging-${network}-1a2b3c4`,
  Labels: {
    "slipway.project": "shop",
    "slipway.stage": "staging",
    "slipway.network": `shop-staging-${network}`,
  },
  IPAM: { Config: [{ Subnet }] },
  ...more,
});
const holder = (part: string, isRunning = true): Holder => ({
  id: part,
  name: part,
  part,
  image: "redis",
  claims: [],
  isRunning,
});

describe("an address range", () => {
  it("goes from one network of the stage to another, also where it is but a part of it", () => {
    const gone: RangeHandover = { from: "back", to: "inner", range: "10.7.0.0/16", cutOff: [] };
    const found = [has("back", "10.7.0.0/16")];
    assert.deepEqual(rangeHandovers(stage, { inner: wants("10.7.0.0/16") }, found, []), [gone]);
    assert.deepEqual(rangeHandovers(stage, { inner: wants("10.7.1.0/24"), back: wants() }, found, []), [gone]);
  });

  it("goes both ways where two networks swap", () => {
    const networks = { a: wants("10.2.0.0/24"), b: wants("10.1.0.0/24") };
    const told = rangeHandovers(stage, networks, [has("a", "10.1.0.0/24"), has("b", "10.2.0.0/24")], []);
    assert.deepEqual(
      told.map(({ from, to, range }) => [from, to, range]),
      [
        ["b", "a", "10.2.0.0/24"],
        ["a", "b", "10.1.0.0/24"],
      ],
    );
  });

  it("stays where its network stays, changes within it, or is none of the stage's", () => {
    const gone = (networks: Record<string, Network>, ...found: ExistingNetwork[]): RangeHandover[] =>
      rangeHandovers(stage, networks, found, []);
    assert.deepEqual(gone({ back: wants("10.7.0.0/24") }, has("back", "10.7.0.0/24"), has("old", "10.8.0.0/24")), []);
    assert.deepEqual(gone({ back: wants("10.7.0.0/24") }, has("back", "10.7.0.0/16")), []);
    assert.deepEqual(gone({ back: wants() }, has("old", "10.7.0.0/24")), []);
    assert.deepEqual(gone({ back: wants("10.7.0.0/24") }, has("old", "10.7.0.0/24", { Labels: null })), []);
    const other = { ...has("old", "10.7.0.0/24").Labels, "slipway.stage": "production" };
    assert.deepEqual(gone({ back: wants("10.7.0.0/24") }, has("old", "10.7.0.0/24", { Labels: other })), []);
  });

  it("is told in the preview, with what runs on the network that gives it away", () => {
    const on = { "service db": {}, "service api": {}, "role edge": {}, stranger: {} };
    const all = [holder("service db"), holder("service api"), holder("role edge"), holder("service web")];
    const [given] = rangeHandovers(
      stage,
      { inner: wants("10.7.0.0/24") },
      [has("back", "10.7.0.0/24", { Containers: on })],
      all,
    );
    assert.ok(given);
    assert.equal(
      toldOfRange(given),
      "The address range 10.7.0.0/24 goes from the network back to inner: back is taken away before inner is made, so nothing reaches db, api and the edge through back from then on, and an update that fails later does not bring it back.",
    );
    assert.match(toldOfRange({ ...given, cutOff: ["db"] }), /so nothing reaches db through back from then on/);
    assert.match(toldOfRange({ ...given, cutOff: [] }), /back is taken away before inner is made\.$/);
  });
});
