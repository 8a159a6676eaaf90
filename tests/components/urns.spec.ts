import assert from "node:assert/strict";
import { building, promoted, run } from "./shop";

/** Names that differ by case or by a sign alone, or that look like what a stage calls something of its own. */
const names = [
  "web",
  "Web",
  "WEB",
  "a.b",
  "a-b",
  "a_b",
  "edge",
  "registry",
  "files",
  "volumes",
  "web-files",
  "web-image",
];

const compose = `
services:
${names
  .map(
    (name, index) =>
      `  ${name}: { image: "redis:${index}", volumes: ["${name}:/data", "/extra"], networks: ["${name}"], secrets: ["${name}"], ` +
      `healthcheck: { test: [CMD, "true"] }, ports: [{ target: 80, published: "${9000 + index}", app_protocol: http }] }`,
  )
  .join("\n")}
${names
  .slice(1)
  .map((name, index) => `  job-${name}: { image: "node:${index}", profiles: [job], volumes: ["/extra"] }`)
  .join("\n")}
  waiting: { image: "node:22", depends_on: { unchecked: { condition: service_healthy } } }
  unchecked: { image: "node:22" }
  unchecked-healthy: { image: "node:22" }
volumes: { ${names.map((name) => `"${name}": {}`).join(", ")} }
networks: { ${names.map((name) => `"${name}": {}`).join(", ")} }
secrets: { ${names.map((name) => `"${name}": { environment: DB_PASSWORD }`).join(", ")} }
`;

describe("what a stage declares", function () {
  // It has hundreds of resources.
  this.timeout(60_000);

  const generate = Object.fromEntries(
    ["PASSWORD", "password", "Password"].map((name) => [name, { length: 32, special: false }]),
  );
  for (const plan of [building({ compose, generate }), promoted({ compose, generate })]) {
    it(`has no name twice, however alike an application's own names are, in ${plan.id.stage}`, async () => {
      const { resources } = await run(plan);
      const urns = resources.map(({ urn }) => urn);
      assert.ok(urns.length > 100);
      assert.deepEqual(
        urns.filter((urn, index) => urns.indexOf(urn) !== index),
        [],
      );
    });
  }
});
