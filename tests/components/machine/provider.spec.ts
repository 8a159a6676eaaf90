import assert from "node:assert/strict";
import type { Machine } from "../../../machine/machine";
import { dockerProvider } from "../../../components/machine/provider";
import { declare, the } from "../engine";

describe("the Docker provider", () => {
  const declared = async (machine: Partial<Machine>, environment: Record<string, string> = {}) => {
    const id = { project: "shop", stage: "production" };
    const { resources } = await declare(id, () => {
      dockerProvider("docker", machine as Machine, undefined, [], {}, environment);
    });
    const { inputs, ignoreChanges } = the(resources, "pulumi:providers:docker");
    return { host: inputs["host"], context: inputs["context"], certPath: inputs["certPath"], ignoreChanges };
  };
  const ssh = { host: "ssh://machine" };

  it("is in no context; where none is named, a stage stays as it was declared before", async () => {
    const here = { host: undefined, context: "", certPath: undefined };
    assert.deepEqual(await declared({}), { ...here, ignoreChanges: ["context"] });
    assert.deepEqual(await declared({}, { DOCKER_CONTEXT: "colima" }), { ...here, ignoreChanges: [] });
  });

  it("has the certificates of the context that its address comes from", async () => {
    const { host, certPath } = await declared({ host: "tcp://10.0.0.5:2376", certificates: "/c" });
    assert.deepEqual([host, certPath], ["tcp://10.0.0.5:2376", "/c"]);
  });

  it("has no certificates on a machine over SSH, whatever Engine they are for", async () => {
    assert.deepEqual(await declared(ssh), {
      ...ssh,
      context: "",
      certPath: "",
      ignoreChanges: ["context", "certPath"],
    });
    assert.deepEqual((await declared(ssh, { DOCKER_CERT_PATH: "/c" })).ignoreChanges, ["context"]);
    assert.deepEqual((await declared(ssh, { DOCKER_CERT_PATH: "/c", DOCKER_CONTEXT: "lab" })).ignoreChanges, []);
  });
});
