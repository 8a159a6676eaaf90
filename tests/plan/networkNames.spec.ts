import assert from "node:assert/strict";
import type { ExistingNetwork } from "../../docker/ranges";
import { checkNames } from "../../plan/existing";
import { applicationOf } from "../components/project";

const compose = `services:
  web: { image: nginx:1.27, networks: [shop] }
networks:
  shop:
    name: shop-net
  back: { name: shop-staging_back }
  proxy: { name: edge, external: true }
`;
const id = { project: "shop", stage: "staging" };
const network = (Name: string, Labels: Record<string, string> | null): ExistingNetwork => ({
  Id: Name,
  Name,
  Labels,
  IPAM: { Config: null },
});

describe("a network's name", () => {
  const { networkNames, config } = applicationOf({ "compose.yaml": compose.replace("[shop]", "[shop, back, proxy]") });
  const check = (...found: ExistingNetwork[]) => checkNames(id, networkNames, found, "this machine");

  it("is taken as it is, where the file gives one", () => {
    assert.deepEqual(networkNames, [
      { key: "shop", name: "shop-net", at: { file: "compose.yaml", line: 5, column: 5 } },
    ]);
    assert.equal(config.networks?.["shop"]?.name, "shop-net");
    check(network("other", null), network("shop-net", { "slipway.project": "shop", "slipway.stage": "staging" }));
  });

  it("is refused with its place where another stage has it", () => {
    assert.throws(
      () => check(network("shop-net", { "slipway.project": "shop", "slipway.stage": "production" })),
      new Error(
        "compose.yaml:5:5: networks.shop.name: the stage shop/production has a network shop-net on this machine already: take name: away, or put the stage into it, as in name: ${SLIPWAY_STAGE}-shop-net.",
      ),
    );
  });

  it("is refused where the network is there and belongs to no stage", () => {
    assert.throws(
      () => check(network("shop-net", null)),
      /^Error: compose\.yaml:5:5: .* belongs to no stage: remove it \(docker network rm shop-net\)/,
    );
  });
});
