import assert from "node:assert/strict";
import { checkAlways } from "../../plan/alwaysHold";
import type { Application } from "../../plan/application";
import { expectedOf } from "../../plan/expected";
import { noExposedDatabase } from "../../policies/noExposedDatabase";
import { applicationOf } from "../components/project";

const read = (service: string) => applicationOf({ "compose.yaml": `services:\n  db: ${service}\n` });
const id = { project: "shop", stage: "staging" };
const facts = { ...id, takesOver: false, others: [] };

/** The notices, without that of ports that the edge does not hold. */
const noticesOf = ({ warnings }: Pick<Application, "warnings">): string[] =>
  warnings.filter((text) => !text.includes("not held by the edge"));

describe("a database's port that a compose file publishes", () => {
  it("is on the machine's own addresses, with a line that leads to it", () => {
    const read1 = read("{ image: postgres:17, ports: ['15432:5432'] }");
    assert.deepEqual(
      read1.config.services["db"]?.ports?.map(({ host_ip: ip }) => ip),
      ["127.0.0.1"],
    );
    assert.deepEqual(read1.warnings, [
      "The port 15432 of the database db is published on the machine's own addresses alone (127.0.0.1): reach it from elsewhere with ssh -L 15432:127.0.0.1:15432 USER@MACHINE. To have it open to all who reach the machine, write x-slipway: { exposes: [5432] }.",
    ]);
    checkAlways(read1, facts);
  });

  it("has no other notice beside that, where other services have theirs", () => {
    const { warnings } = read(
      "{ image: postgres:17, ports: ['5432:5432'] }\n  web: { image: nginx, ports: ['8080:8080'] }",
    );
    const [own = "", raw = "", ...more] = warnings;
    assert.match(own, /^The port 5432 of the database db/);
    assert.match(raw, /^Port 8080 of the service web is not held by the edge/);
    assert.deepEqual(more, []);
  });

  for (const [what, service] of [
    ["one of the machine's other addresses", "{ image: postgres:17, ports: ['10.0.0.5:5432:5432'] }"],
    ["IPv6", "{ image: postgres:17, ports: ['[::]:5432:5432'] }"],
    ["an image of one's own", "{ build: ., ports: ['5432:5432'] }"],
    ["an edge", "{ image: 'elasticsearch:8', ports: [{ target: 9200, published: '9200', app_protocol: http }] }"],
  ] as const) {
    it(`is so with ${what}`, () => {
      const application = read(service);
      assert.equal(application.config.services["db"]?.ports?.[0]?.host_ip, "127.0.0.1");
      checkAlways(application, facts);
    });
  }

  it("stays as it is on loopback, and where it is no database's", () => {
    for (const service of [
      "{ image: postgres:17, ports: ['127.0.0.2:5432:5432'] }",
      "{ image: nginx, ports: ['80:80'] }",
    ]) {
      assert.deepEqual(noticesOf(read(service)), []);
    }
  });

  it("makes no difference on the machine's own network, where a database is refused", () => {
    const application = read("{ image: postgres:17, ports: ['5432:5432'], network_mode: host }");
    assert.ok(application.warnings.every((text) => !text.includes("127.0.0.1")));
    assert.throws(() => checkAlways(application, facts), /is a database on the machine's own network/);
  });

  it("is open where the file insists, which a policy may refuse", () => {
    const application = read("{ image: postgres:17, ports: ['5432:5432'], x-slipway: { exposes: [5432] } }");
    assert.deepEqual(noticesOf(application), []);
    assert.equal(application.config.services["db"]?.ports?.[0]?.host_ip, undefined);
    checkAlways(application, facts);
    assert.deepEqual(
      expectedOf(application, id).flatMap((one) => noExposedDatabase.problems(one, facts, {})),
      [
        "shop-staging-db opens the port 5432 of a database to all who reach the machine: take it out of x-slipway.exposes, and reach it through SSH (ssh -L).",
      ],
    );
  });
});
