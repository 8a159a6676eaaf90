import assert from "node:assert/strict";
import { applicationOf } from "../components/project";

/** Files as people write them: what each one comes to. */
describe("a file that asks for", () => {
  it("a limit of processes, as an official one does, runs without it, and says so", () => {
    const { config, warnings } = applicationOf({
      "compose.yaml": "services:\n  app:\n    image: nginx:1.27\n    pids_limit: 200\n",
    });
    assert.deepEqual(Object.keys(config.services), ["app"]);
    assert.deepEqual(warnings, [
      "compose.yaml:4:5: services.app.pids_limit makes no difference: Pulumi's Docker provider has no such setting for a container, so the Engine's default holds.",
    ]);
  });

  it("the machine's network and a device is taken, each as it means", () => {
    const { config, stopFirst, warnings } = applicationOf({
      "compose.yaml": `services:
  web:
    image: nginx:1.27
    network_mode: host
  db:
    image: postgres:17
    devices: [/dev/fuse]
`,
    });
    assert.equal(config.services["web"]?.network_mode, "host");
    assert.deepEqual(config.services["db"]?.devices, [
      { source: "/dev/fuse", target: "/dev/fuse", permissions: "rwm" },
    ]);
    assert.deepEqual(stopFirst, ["web"]);
    assert.equal(warnings.length, 1);
  });

  it("a VPN and what goes through it is taken, and the latter stops with it", () => {
    const { stopFirst } = applicationOf({
      "compose.yaml": `services:
  vpn:
    image: vpn:1
    cap_add: [NET_ADMIN]
    devices: [/dev/net/tun:/dev/net/tun]
    ports: ["127.0.0.1:8080:8080"]
  client:
    image: client:1
    network_mode: service:vpn
    depends_on: [vpn]
`,
    });
    assert.deepEqual(stopFirst, ["vpn", "client"]);
  });

  it("a cluster's placement and order of updates, and several containers, gets the containers", () => {
    const { config, warnings } = applicationOf({
      "compose.yaml": `services:
  worker:
    image: worker:1
    deploy:
      mode: replicated
      replicas: 4
      endpoint_mode: vip
      update_config: { parallelism: 2, order: start-first }
      rollback_config: { parallelism: 2 }
      placement: { constraints: [node.labels.disk == ssd] }
      restart_policy: { condition: any, delay: 5s }
`,
    });
    assert.equal(config.services["worker"]?.deploy?.replicas, 4);
    assert.deepEqual(warnings.map((text) => /services\.worker\.deploy\.(\w+)/.exec(text)?.[1]).sort(), [
      "endpoint_mode",
      "placement",
      "rollback_config",
      "update_config",
    ]);
  });

  it("a GPU runs side by side with its successor", () => {
    const gpus = "{ resources: { reservations: { devices: [{ driver: nvidia, count: all, capabilities: [gpu] }] } } }";
    const { config, stopFirst } = applicationOf({
      "compose.yaml": `services: { model: { image: model, deploy: ${gpus} } }`,
    });
    assert.equal(config.services["model"]?.deploy?.resources.reservations?.devices?.[0]?.count, -1);
    assert.deepEqual(stopFirst, []);
  });
});
