import assert from "node:assert/strict";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { inForce } from "../../policies/inForce";
import { hearLevels, type Levels } from "../../policies/levels";

describe("what a preview says of the policies themselves", () => {
  const levels = (given: Record<string, "off" | "advisory" | "mandatory">): Levels => new Map(Object.entries(given));

  it("is nothing where all hold", () => {
    assert.deepEqual(inForce(levels({ "no-docker-socket": "mandatory", "exemptions-in-use": "advisory" }), [], []), []);
  });

  it("is which are off or advisory, what is exempt, and what the settings let through", () => {
    const given = levels({
      ...{ "services-restart": "off", "no-docker-socket": "off", "ssh-closed-to-the-world": "advisory" },
      ...{
        all: "off",
        "policies-in-force": "off",
        "exemptions-in-use": "off",
        "services-have-health-check": "mandatory",
      },
    });
    assert.deepEqual(inForce(given, ["web from services-restart (old)"], ["SYS_PTRACE"]), [
      "Switched off by the configuration: exemptions-in-use, no-docker-socket, services-restart.",
      "Advisory by the configuration, so that they stop nothing: ssh-closed-to-the-world.",
      "Exempt by the configuration: web from services-restart (old).",
      "Let through by slipway:allow: SYS_PTRACE.",
    ]);
  });

  it("is heard from the engine's own message, out of which the one that says it is taken", () => {
    const { ConfigureAnalyzerRequest, PolicyConfig, EnforcementLevel } = messages;
    const given = ConfigureAnalyzerRequest.prototype.getPolicyconfigMap;
    let heard: Levels = new Map();
    try {
      hearLevels("policies-in-force", (told) => (heard = told));
      const request = new ConfigureAnalyzerRequest();
      const map = given.call(request);
      for (const [name, level] of Object.entries({
        "policies-in-force": EnforcementLevel.DISABLED,
        "services-restart": EnforcementLevel.DISABLED,
        "no-docker-socket": EnforcementLevel.ADVISORY,
        "images-by-digest-only": EnforcementLevel.MANDATORY,
      })) {
        map.set(name, new PolicyConfig().setEnforcementlevel(level));
      }
      const read = ConfigureAnalyzerRequest.deserializeBinary(request.serializeBinary()).getPolicyconfigMap();
      assert.deepEqual([...read.keys()].sort(), ["images-by-digest-only", "no-docker-socket", "services-restart"]);
      assert.deepEqual([...heard].sort(), [
        ["images-by-digest-only", "mandatory"],
        ["no-docker-socket", "advisory"],
        ["services-restart", "off"],
      ]);
    } finally {
      ConfigureAnalyzerRequest.prototype.getPolicyconfigMap = given;
    }
  });
});
