import assert from "node:assert/strict";
import { answeredIn } from "../../plan/answered";
import { applicationOf } from "../components/project";
import { PlannedProject } from "./planned";

const compose = `services:
  app:
    build: { context: ./app, args: { FLAVOUR: "\${FLAVOUR:-plain}" } }
    ports: ["28080:3000"]
`;

describe("the answers of a release's containers", function () {
  this.timeout(30_000);

  let project: PlannedProject;

  beforeEach(async () => {
    project = await PlannedProject.open({ "compose.yaml": compose, "app/Dockerfile": "FROM scratch\n" });
  });
  afterEach(() => project.close());

  it("give its ports to production's edge before it starts", async () => {
    await project.release("v1a2b3c4-20260101-000000", { http: { app: [3000] } });
    const { application, edge, notices } = await project.plan("production");
    assert.deepEqual(application.http, [{ service: "app", target: 3000, published: 28080, by: "answer" }]);
    assert.deepEqual(
      edge?.definition.ports.map(({ external }) => external),
      [28080],
    );
    assert.ok(!notices.some(({ text }) => /not held by the edge/.test(text)));
  });

  it("are missing in a record of before, which is read as it was", async () => {
    await project.release("v1a2b3c4-20260101-000000");
    const { edge, notices } = await project.plan("production");
    assert.equal(edge, undefined);
    assert.ok(notices.some(({ text }) => text.startsWith("Port 28080 of the service app is not held by the edge")));
  });

  it("are recorded with the next release too, and nothing that the files say themselves", () => {
    const read = (answered?: Record<string, number[]>, more = "") =>
      applicationOf({ "compose.yaml": `services: { app: { image: a, ports: ["8080:3000"] ${more} } }` }, { answered });
    assert.deepEqual(answeredIn(read({ app: [3000], gone: [1] })), { app: [3000] });
    assert.equal(answeredIn(read()), undefined);
    assert.equal(answeredIn(read({ app: [3000] }, ", healthcheck: { test: curl http://localhost:3000 }")), undefined);
  });
});
