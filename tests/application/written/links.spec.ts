import assert from "node:assert/strict";
import { applicationOf } from "../../components/project";

const read = (text: string) => applicationOf({ "compose.yaml": text });

describe("links", () => {
  it("make an alias of the linked service on the common networks, and an order", () => {
    const { config } = read(`services:
  web: { image: nginx:1.27, links: ["db:mysql"], networks: [front, back] }
  db: { image: mariadb:11, networks: [back, admin] }
networks: { front: , back: , admin: }
`);
    assert.deepEqual(config.services["db"]?.networks, { admin: null, back: { aliases: ["mysql"] } });
    assert.deepEqual(Object.keys(config.services["web"]?.depends_on ?? {}), ["db"]);
    assert.equal(config.services["web"]?.links, undefined);
  });

  it("need no alias under the service's own name", () => {
    const { config } = read("services: { web: { image: a, links: [db] }, db: { image: b } }");
    assert.deepEqual(config.services["db"]?.networks, { default: null });
  });

  const clashes: [string, string, string][] = [
    ["a service", "a: { image: a, links: ['db:cache'] }, db: { image: b }, cache: { image: c }", "cache"],
    [
      "another link",
      "a: { image: a, links: ['db:sql'] }, b: { image: a, links: ['db2:sql'] }, db: { image: b }, db2: { image: b }",
      "db2",
    ],
  ];
  for (const [what, services, holder] of clashes) {
    it(`cannot give a name that ${what} has on the same network`, () => {
      assert.throws(
        () => read(`services: { ${services} }`),
        new RegExp(
          `^ApplicationError: compose.yaml:1:\\d+: services.a.links\\[0\\]: calls the service db \\w+, and on their network ${holder} is`,
        ),
      );
    });
  }
});
