import assert from "node:assert/strict";
import { isStopFirst } from "../../application/stopFirst";
import { ComposeError } from "../../compose/index";
import { stageClaims } from "../../plan/claims";
import { applicationOf, serviceWith } from "../components/project";

const two = (web: string, vpn = ""): string => `services:
  vpn:
    image: vpn:1
    ${vpn}
  web:
    image: web:1
    ${web.replaceAll("\n", "\n    ")}
`;
const problemsOf = (text: string): string[] => {
  try {
    applicationOf({ "compose.yaml": text });
    return [];
  } catch (error) {
    assert.ok(error instanceof ComposeError);
    return error.problems.map(({ line, key, reason }) => `${line} ${key}: ${reason}`);
  }
};

describe("a service on the machine's own network", () => {
  const application = applicationOf({
    "compose.yaml": two("network_mode: host\nports: [{ target: 80, published: '8080', app_protocol: http }]"),
  });

  it("publishes nothing and has no edge, as with Compose, and the preview says so", () => {
    assert.equal(application.config.services["web"]?.ports, undefined);
    assert.deepEqual(application.routes, []);
    assert.deepEqual(application.warnings, [
      "The service web is on the machine's own network (network_mode: host): whatever it listens on is open as it opens it, its ports: make no difference, no edge stands in front of it, and it is stopped before it is replaced.",
    ]);
  });

  it("is stopped before it is replaced", () => assert.deepEqual(application.stopFirst, ["web"]));
});

describe("a service on another one's network", () => {
  it("is stopped before it is replaced, and comes after the other", () => {
    const { stopFirst, config, warnings } = applicationOf({ "compose.yaml": two("network_mode: service:vpn") });
    assert.deepEqual(stopFirst, ["web"]);
    assert.deepEqual(Object.keys(config.services["web"]?.depends_on ?? {}), ["vpn"]);
    assert.deepEqual(warnings, []);
  });

  it("stops with the other, where that is stopped before it is replaced", () => {
    const claims = (vpn: string): unknown => {
      const application = applicationOf({ "compose.yaml": two("network_mode: service:vpn", vpn) });
      return stageClaims(application)["service vpn"];
    };
    assert.deepEqual(claims("devices: [/dev/ttyUSB0]"), [{ kind: "network", of: "vpn" }]);
    assert.deepEqual(claims(""), []);
  });

  it("leaves to the other what is the network's, and is told so in its place", () => {
    const text = two("network_mode: service:vpn\nports: ['8080:80']\nhostname: web\ndns: [1.1.1.1]");
    assert.deepEqual(problemsOf(text), [
      "8 services.web.ports: is decided by whose network it is, the service vpn: write it there",
      "9 services.web.hostname: is decided by whose network it is, the service vpn: write it there",
      "10 services.web.dns: is decided by whose network it is, the service vpn: write it there",
    ]);
  });

  it("cannot be on that of a job, which ends", () => {
    assert.match(
      problemsOf(two("network_mode: service:vpn", "profiles: [job]")).join("\n"),
      /^\d+ services\.web\.network_mode: shares what vpn has, which is a job and ends: name a service that runs on$/m,
    );
  });

  it("cannot be on one of another project", () => {
    for (const mode of ["container:other", "other_default"]) {
      assert.match(
        problemsOf(two(`network_mode: ${mode}`))[0] ?? "",
        /^7 services\.web\.network_mode: a stage shares no network with a container of another project/,
      );
    }
  });
});

describe("a service with another one's shared memory", () => {
  it("is stopped before it is replaced", () => {
    assert.deepEqual(applicationOf({ "compose.yaml": two("ipc: service:vpn", "ipc: shareable") }).stopFirst, ["web"]);
    assert.equal(isStopFirst(serviceWith("ipc: host")), false);
  });

  it("needs the other to share it", () => {
    assert.deepEqual(problemsOf(two("ipc: service:vpn")), [
      "7 services.web.ipc: takes the shared memory of vpn, which vpn keeps to itself: write ipc: shareable for vpn",
    ]);
  });
});
