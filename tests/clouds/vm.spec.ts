import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { FoundMachine } from "../../machine/machine";
import { reachMachine } from "../../machine/connect";
import { gceMachine } from "../../settings/gce";
import { Folder } from "../release/folder";
import { providerError, stage } from "./know";

const settings = gceMachine.parse({ kind: "gce", project: "shop-123456", zone: "europe-west1-b" });
const way = { host: "203.0.113.10", port: 22, user: "slipway", hostKey: ["ssh-ed25519 AAAA"], key: "KEY" };

describe("a stage's VM before anything is declared", () => {
  const { PATH } = process.env;
  const before = process.cwd();
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder();
    folder.write({
      ssh: "#!/bin/sh\necho 'ssh: connect to host 203.0.113.10 port 22: Connection timed out' >&2\nexit 255\n",
    });
    process.env["PATH"] = `${folder.path}:${PATH}`;
    process.chdir(folder.path);
  });
  afterEach(() => {
    process.env["PATH"] = PATH;
    process.chdir(before);
    folder.remove();
  });

  /** Looks for it with a state that tells of it or not, in a cloud that knows its VM so or not at all. */
  async function look(outputs: object, status?: string, more: object = {}): Promise<FoundMachine> {
    const call: pulumi.runtime.Mocks["call"] = ({ token, inputs }) => {
      switch (token) {
        case "pulumi:pulumi:readStackOutputs":
          assert.deepEqual(inputs, { name: "team/shop/staging" });
          return { outputs };
        case "gcp:compute/getInstance:getInstance":
          if (status) return { currentStatus: status };
          throw providerError("Instance shop-staging not found");
        default:
          throw providerError("Disk shop-staging-data not found");
      }
    };
    await pulumi.runtime.setMocks(
      { newResource: () => ({ id: "", state: {} }), call },
      "shop",
      "staging",
      true,
      "team",
    );
    return reachMachine({ ...settings, ...more }, { stage, directory: folder.path, registry: 5000 });
  }

  it("is as empty as its size says, where none was made yet", async () => {
    const machine = await look({}, undefined, { size: "t2a-standard-2" });
    assert.equal(machine.platform, "linux/arm64");
    assert.deepEqual([machine.volumes.size, machine.ports.size, await machine.holds(80)], [0, 0, false]);
    assert.equal(machine.reachedBy, ".slipway/ssh/shop/staging");
    assert.deepEqual([machine.host, machine.sshOpts], ["ssh://machine", ["-F", ".slipway/ssh/shop/staging/config"]]);
    const { name, registry, answers, again } = machine.vm ?? {};
    assert.deepEqual([name, registry, answers, again], ["the VM shop-staging", "artifact-registry", false, undefined]);
    assert.equal(machine.notices, undefined);
  });

  it("is waited for where it does not answer", async () => {
    const machine = await look({ services: {}, machine: way }, "RUNNING");
    assert.match(
      machine.notices?.join("\n") ?? "",
      /^The VM shop-staging does not answer \(ssh: connect to host .* timed out\), so this goes on/,
    );
    assert.ok(machine.vm?.again);
    assert.ok(existsSync(join(folder.path, ".slipway/ssh/shop/staging/config")), "what ssh reads was written");
  });

  it("is made anew where it is gone", async () => {
    const machine = await look({ services: {}, machine: way });
    assert.deepEqual(machine.notices, [
      "The VM shop-staging is gone: take it out of Pulumi's state with pulumi refresh --target '**GceMachine**' -s staging, unless you have done so already; then this update makes another in its place, with the same address and data disk.",
    ]);
    assert.ok(machine.vm?.again);
  });

  it("is left alone where somebody has stopped it", async () => {
    await assert.rejects(
      look({ services: {}, machine: way }, "TERMINATED"),
      /The VM shop-staging is stopped: start it, with gcloud compute instances start shop-staging --project=shop-123456 --zone=europe-west1-b\./,
    );
  });
});
