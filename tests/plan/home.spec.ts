import assert from "node:assert/strict";
import { applicationOf } from "../components/project";

const read = (more: object) =>
  applicationOf({ "compose.yaml": "services: { web: { image: nginx:1.27, volumes: ['~/html:/html:ro'] } }" }, more)
    .config.services["web"]?.volumes?.[0]?.source;

describe("~ in a compose file", () => {
  it("is the home of who runs the Engine of this machine", () =>
    assert.equal(read({ home: "/home/ada" }), "/home/ada/html"));

  it("is HOME where the settings have one", () =>
    assert.equal(read({ home: "/home/ada", env: { HOME: "/srv" } }), "/srv/html"));

  it("is refused where nobody knows it, as on another machine", () =>
    assert.throws(
      () => read({}),
      /compose\.yaml:1:\d+: services\.web\.volumes\[0\]: "~\/html" begins with ~, and whose home/,
    ));
});
