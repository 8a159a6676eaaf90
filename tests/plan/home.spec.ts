import assert from "node:assert/strict";
import { homedir } from "node:os";
import { describe as describeStage } from "../../plan/description";
import { checkSettings, type StageSettings } from "../../settings/settings";
import { applicationOf } from "../components/project";

const read = (more: object) =>
  applicationOf({ "compose.yaml": "services: { web: { image: nginx:1.27, volumes: ['~/html:/html:ro'] } }" }, more)
    .config.services["web"]?.volumes?.[0]?.source;

describe("~ in a compose file", () => {
  it("is the home of who runs the Engine of this machine", () =>
    assert.equal(read({ home: "/home/ada" }), "/home/ada/html"));

  it("is HOME where the settings have one", () =>
    assert.equal(read({ home: "/home/ada", env: { HOME: "/srv" } }), "/srv/html"));

  it("is that of the user by whom another machine is reached, as that machine told", () => {
    const settings = checkSettings({ compose: "compose.yaml" });
    const stage = {
      ...settings,
      project: "shop",
      stage: "staging",
      env: {},
      secretEnv: [],
    } as unknown as StageSettings;
    const there = { reachedBy: ".slipway/ssh/0123456789ab", home: "/home/deployer" };
    assert.equal(describeStage(stage, ["compose.yaml"], there).home, "/home/deployer");
    assert.equal(describeStage(stage, ["compose.yaml"], { reachedBy: there.reachedBy }).home, undefined);
    assert.equal(describeStage(stage, ["compose.yaml"], {}).home, homedir());
  });

  it("is refused where nobody knows it, as on a machine that has yet to be made", () =>
    assert.throws(
      () => read({}),
      /compose\.yaml:1:\d+: services\.web\.volumes\[0\]: "~\/html" begins with ~, and whose home that is cannot be known from here: write the whole path, or set HOME/,
    ));
});
