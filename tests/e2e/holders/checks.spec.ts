import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { docker } from "../docker";
import { onTellingEngine } from "../engines";
import { inOrder, succeeds, upAndClean } from "../expect";
import { Counting } from "./counting";

/** Ends well where nothing else writes to the records for a second. */
const audit = `  audit:
    image: redis:7
    profiles: [check]
    entrypoint: [sh, -c, 'a=$$(wc -l </data/counted); sleep 1; [ $$a = $$(wc -l </data/counted) ] && [ -z "$$ILL" ]']
    environment: { ILL: "yes" }
    volumes: ["records:/data"]

`;

onTellingEngine("what a check and a network cannot hold beside others", (kind) => {
  inOrder();

  let app: Counting;
  const engine = () => app.project.engine;
  const subnet = `10.${60 + (process.pid % 100)}.${process.pid % 250}.0/24`;

  before(async () => {
    app = await Counting.open(kind, "staging");
    // Of an image of which no data can be saved: nothing of the release would say how, once the service is gone.
    await app.change(["    image: redis:7\n", "    image: node:22-slim\n"]);
    await succeeds(engine().up("staging"));
    await app.goesOn("db");
  });
  after(async () => {
    await app?.project.dispose();
  });

  it("goes to a check, and back to what ran where the check fails", async () => {
    await app.change([/ {2}db:[\s\S]*?\n\n/, audit]);
    const { config } = parse(app.project.read("Pulumi.staging.yaml")) as { config: Record<string, unknown> };
    const checked = { config: { ...config, "slipway:checks": [{ run: "audit" }] } };
    const all = parse(app.project.read("Pulumi.staging.yaml")) as object;
    app.project.write("Pulumi.staging.yaml", stringify({ ...all, ...checked }));
    const preview = await succeeds(engine().preview("staging"));
    assert.match(preview.text, /The volume \S+_records goes from db to audit: db is stopped before audit is made/);
    const update = await engine().up("staging");
    assert.match(update.text, /db is stopped, so that audit can have the volume \S+_records/);
    assert.match(update.text, /does not pass the check audit, which ended with exit code 1/);
    await app.goesOn("db");
    await app.countedOnce();
  });

  it("is held by nothing once the check has passed", async () => {
    await app.change(['ILL: "yes"', 'ILL: ""']);
    await upAndClean(engine(), "staging");
    assert.deepEqual(await app.holders(), []);
    await app.countedOnce();
  });

  it("is an address range that goes to another network, which the preview says", async () => {
    const network = (name: string): string => `networks: { ${name}: { ipam: { config: [{ subnet: ${subnet} }] } } }\n`;
    await app.change(
      ["    environment: { EDITION: first }\n", "    environment: { EDITION: first }\n    networks: [back]\n"],
      [/^volumes:/m, `${network("back")}volumes:`],
    );
    await upAndClean(engine(), "staging");
    await app.change(["networks: [back]", "networks: [inner]"], [network("back"), network("inner")]);
    const { text } = await succeeds(engine().preview("staging"));
    assert.match(
      text,
      /The address range 10\S+ goes from the network back to inner: back is taken away before inner is made, so nothing reaches other through back/,
    );
    await upAndClean(engine(), "staging");
    const names = await docker(
      "network",
      "ls",
      "--filter",
      `label=slipway.project=${app.project.name}`,
      "--format",
      "{{.Name}}",
    );
    assert.match(names, /-staging-inner-\w+$/m);
    assert.doesNotMatch(names, /-staging-back-/);
  });
});
