import assert from "node:assert/strict";
import { stopGrace } from "../../../application/grace";
import { Secrets } from "../../../application/secrets";
import { containerArgs } from "../../../components/services/container";
import { applicationOf, serviceWith } from "../project";

const argsOf = (section: string) =>
  containerArgs("app", serviceWith(section), {
    secrets: new Secrets(),
    image: "registry/app@sha256:1",
    networks: {},
    volumes: { data: "vol-data" },
    files: [],
    isCalled: false,
    labels: [],
  });

/** docs/compose.md has the table (tests/compose/silent.ts). */
describe("what a stage adds where a file is silent", () => {
  const bare = "x-slipway: { defaults: false }";
  const added = ({ restart, securityOpts, logDriver, logOpts }: ReturnType<typeof argsOf>) => [
    restart,
    securityOpts,
    logDriver,
    logOpts,
  ];

  it("is a restart, no new privileges and a log with an end", () => {
    assert.deepEqual(added(argsOf("")), [
      "unless-stopped",
      ["no-new-privileges:true"],
      "json-file",
      { "max-size": "10m", "max-file": "3" },
    ]);
  });

  it("is nothing for a service that leaves it to Docker", () => {
    assert.deepEqual(added(argsOf(bare)), ["no", [], undefined, undefined]);
  });

  it("leaves what the file says", () => {
    const said = "restart: always\nsecurity_opt: [seccomp=unconfined]\nlogging: { driver: syslog }";
    assert.deepEqual(added(argsOf(`${bare}\n${said}`)), ["always", ["seccomp=unconfined"], "syslog", undefined]);
  });

  it("is time for a service with data to end in", () => {
    const data = "volumes: ['data:/data']";
    assert.deepEqual([stopGrace(serviceWith(data)), stopGrace(serviceWith(`${data}\n${bare}`))], [60, 10]);
  });

  it("is that mounted files cannot be written to", () => {
    const modes = (more: string) =>
      applicationOf({
        "compose.yaml": `services: { app: { image: a, volumes: ["./a:/a:ro"], ${more} } }`,
        a: "x",
      }).mounts["app"]?.flatMap(({ files }) => files.map(({ permissions }) => permissions));
    assert.deepEqual([modes(""), modes(bare)], [["0444"], ["0644"]]);
  });
});
