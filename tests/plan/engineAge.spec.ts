import assert from "node:assert/strict";
import { nothingOn, type FoundMachine } from "../../machine/machine";
import { checkEngineAge, engineAgeNotices } from "../../plan/engineAge";
import { applicationOf } from "../components/project";

const check = (volume: string, api: string | undefined): void => {
  const text = `services: { db: { image: db, volumes: [{ type: volume, source: data, target: /d, volume: ${volume} }] } }
volumes: { data: }`;
  const machine: FoundMachine = {
    name: "this machine",
    ...nothingOn("linux/amd64"),
    ...(api === undefined ? {} : { api }),
    holds: () => Promise.resolve(false),
  };
  checkEngineAge(applicationOf({ "compose.yaml": text }).config, machine);
};

describe("an Engine that is too old for a volume's options", () => {
  it("is told before anything is declared", () => {
    assert.throws(() => check("{ subpath: a }", "1.41"), {
      message:
        "The service db mounts a volume with subpath, which Docker Engine 26 and later have by Pulumi's Docker provider (API 1.45), and that of this machine speaks 1.41: update the Engine, or take subpath away.",
    });
    assert.throws(() => check("{ nocopy: true }", "1.44"), /mounts a volume with nocopy/);
  });

  it("is none that is as new, or for a volume without", () => {
    check("{ subpath: a }", "1.45");
    check("{ nocopy: true }", "1.52");
    check("{ nocopy: true }", "2.0");
    check("{}", "1.41");
    check("{ subpath: a }", undefined);
  });
});

describe("an Engine that is too old for a MAC address", () => {
  const notices = (service: string, api: string): string[] => {
    const text = `services: { web: { image: web, ${service} } }`;
    return engineAgeNotices(applicationOf({ "compose.yaml": text }).config, { name: "this machine", api });
  };

  it("is told", () => {
    const sentence =
      "The service web has a mac_address, which Docker Engine 25 and later give a container on a network (API 1.44), and that of this machine speaks 1.41: it has an address of the Engine's.";
    assert.deepEqual(notices("mac_address: '02:42:ac:11:00:02'", "1.41"), [sentence]);
    assert.deepEqual(notices("networks: { default: { mac_address: '02:42:ac:11:00:02' } }", "1.41"), [sentence]);
  });

  it("is none that is as new, or for a service without", () => {
    assert.deepEqual(notices("mac_address: '02:42:ac:11:00:02'", "1.44"), []);
    assert.deepEqual(notices("init: true", "1.41"), []);
  });
});
