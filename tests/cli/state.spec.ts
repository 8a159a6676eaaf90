import assert from "node:assert/strict";
import { knownTo } from "../../cli/state";

const urn = (type: string, name: string) => `urn:pulumi:production::shop::slipway:stage:Stage$${type}::${name}`;
const container = "docker:index/container:Container";
const network = "docker:index/network:Network";

describe("an exported state", () => {
  it("tells the containers and networks that it knows, also those that are to be deleted yet", () => {
    const resources = [
      { urn: urn("pulumi:pulumi:Stack", "shop"), type: "pulumi:pulumi:Stack" },
      { urn: urn(container, "web"), type: container, id: "new" },
      { urn: urn(container, "web"), type: container, id: "old", delete: true },
      { urn: urn(network, "back"), type: network, id: "net" },
      { urn: urn("docker:index/volume:Volume", "data"), type: "docker:index/volume:Volume", id: "data" },
    ];
    assert.deepEqual(
      [...knownTo(JSON.stringify({ version: 3, deployment: { resources } })).ids],
      ["new", "old", "net"],
    );
  });

  it("tells what was under way, by the names that were made up", () => {
    const operations = [
      { type: "creating", resource: { urn: urn(container, "web"), inputs: { name: "web-1a2b3c4" } } },
      { type: "updating", resource: { urn: urn("command:local:Command", "cutover"), inputs: {} } },
    ];
    assert.deepEqual(knownTo(JSON.stringify({ deployment: { pending_operations: operations } })).pending, [
      { resource: "web", name: "web-1a2b3c4" },
      { resource: "cutover", name: undefined },
    ]);
  });

  it("may hold nothing yet", () => {
    const { ids, pending } = knownTo(JSON.stringify({ version: 3, deployment: {} }));
    assert.deepEqual([ids.size, pending], [0, []]);
  });
});
