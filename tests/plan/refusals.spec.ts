import assert from "node:assert/strict";
import { Refusal } from "../../errors/refusal";
import { PlannedProject } from "./planned";

const compose = `services:
  app:
    build: { context: ./app, args: { FLAVOUR: "\${FLAVOUR:-plain}" } }
    volumes: ["data:/data"]
    stop_grace_period: 2s
volumes:
  data:
`;
const first = "v1a2b3c4-20260101-000000";

/** Beside what planning says, tests/e2e/refusals.spec.ts shows that an update which planning refuses ends before anything changes. */
describe("what planning refuses, with one sentence, having only looked", function () {
  this.timeout(30_000);

  let project: PlannedProject;

  beforeEach(async () => {
    project = await PlannedProject.open({ "compose.yaml": compose, "app/Dockerfile": "FROM scratch\n" });
  });
  afterEach(() => project.close());

  const edit = (from: string, to: string): void => {
    assert.ok(compose.includes(from));
    project.folder.write({ "compose.yaml": compose.replace(from, () => to) });
  };
  const overlay = (text: string): void => {
    project.folder.write({ "compose.production.yaml": text });
    project.settings("production", { overlay: "compose.production.yaml" });
  };
  const refused = async (stage: string, says: RegExp): Promise<void> => {
    project.server.calls.length = 0;
    await assert.rejects(project.plan(stage), (error: unknown) => {
      assert.ok(error instanceof Refusal, String(error));
      assert.match(error.message, says);
      // A problem of a compose file comes as file, line, column, key and reason.
      assert.match(error.message, /[.?)]$|\.yaml:\d+:\d+: \S+: /, "no whole sentence");
      assert.equal(error.stack, undefined, "a stack trace is no explanation");
      return true;
    });
    assert.equal(project.server.count(/^(?!GET|HEAD)/), 0, project.server.calls.join("\n"));
  };

  describe("where a stage takes a release over:", () => {
    it("a stage to promote from that has no release yet", () =>
      refused("production", /^The stage staging has no release yet: bring it up first, with pulumi up -s staging\.$/));

    it("nothing where a registry asks for a login and gets it", async () => {
      await project.release(first);
      const { origin } = await project.plan("production");
      assert.equal(origin.kind === "ledger" && origin.release.name, first);
    });

    it("a wrong password of the registry", async () => {
      await project.release(first);
      const { address } = project.server;
      project.settings("production", {
        registry: { kind: "existing", address, username: "ada", password: "planted-another" },
      });
      await refused("production", /does not let the user given/);
    });

    it("a registry that does not answer", async () => {
      await project.release(first);
      await project.server.stop();
      await refused("production", /^Nothing answers at registry 127\.0\.0\.1:\d+/);
    });

    it("a stage to promote from that is not there", async () => {
      project.settings("production", { promoteFrom: "stagin" });
      await refused("production", /^slipway:promoteFrom is stagin, .*: did you mean staging\?$/);
    });

    it("a release that the ledger does not hold, naming the nearest", async () => {
      await project.release(first);
      project.settings("production", { release: first.replace(/.$/, "1") });
      await refused("production", new RegExp(`holds no release \\S+1 as verified; did you mean ${first}\\?$`));
    });

    it("a setting that there is not", async () => {
      project.settings("production", { promotefrom: "staging" });
      await refused("production", /^slipway:promotefrom is not a setting: did you mean promoteFrom\?$/);
    });

    it("a release of uncommitted files, unless it is allowed", async () => {
      const dirty = `${first}-dirty`;
      await project.release(dirty);
      await refused("production", new RegExp(`^The release ${dirty} was built from uncommitted files`));
      project.settings("production", { allowDirty: true });
      const { origin } = await project.plan("production");
      assert.equal(origin.kind === "ledger" && origin.release.name, dirty);
    });

    it("a digest that is gone from the registry", async () => {
      const digest = await project.release(first);
      project.server.repository("shop/app").manifests.delete(digest);
      await refused("production", new RegExp(`digest ${digest} of service app is not in the registry`));
    });

    it("a release for another platform than the machine's", async () => {
      await project.release(first);
      project.machine({}, "linux/arm64");
      await refused("production", /is built for linux\/amd64, and this stage's machine is linux\/arm64/);
    });

    it("a build argument that this stage has otherwise", async () => {
      await project.release(first);
      project.settings("production", { env: { FLAVOUR: "sweet" } });
      await refused("production", /build argument FLAVOUR of the service app "plain", and this stage has it "sweet"/);
    });
  });

  describe("where a stage changes how its release runs:", () => {
    beforeEach(() => project.release(first));

    it("an overlay that names a service which the release lacks", async () => {
      overlay("services:\n  apq:\n    environment: { A: b }\n");
      await refused(
        "production",
        /^compose\.production\.yaml:2:3: services\.apq: The overlay compose\.production\.yaml names the service apq, which the release lacks/,
      );
    });

    it("an overlay that changes an image", async () => {
      overlay("services:\n  app:\n    image: redis:7\n");
      await refused(
        "production",
        /^compose\.production\.yaml:3:5: services\.app\.image: The overlay compose\.production\.yaml changes image of the service app/,
      );
    });

    it("a volume that is another stage's, by what the machine says", async () => {
      project.machine({ old_data: "shop/staging" });
      overlay("volumes:\n  data:\n    name: old_data\n");
      await refused("production", /belongs to the stage shop\/staging/);
    });

    it("a volume that is another stage's, by its name", async () => {
      overlay("volumes:\n  data:\n    name: shop-staging_data\n");
      await refused("production", /uses the volume shop-staging_data, which is named after the stage staging/);
    });

    it("a volume with another stage's behind it", async () => {
      const options = "{ type: none, o: bind, device: /var/lib/docker/volumes/shop-staging_data/_data }";
      overlay(`volumes:\n  data:\n    driver_opts: ${options}\n`);
      await refused(
        "production",
        /The volume data mounts \/var\/lib\/docker\/volumes\/shop-staging_data\/_data, .*volumes of all stages/,
      );
    });

    it("a network that is named after another stage", async () => {
      const networks = "networks:\n  front: { external: true, name: shop-staging_front }\n";
      overlay(`services:\n  app:\n    networks: [front]\n${networks}`);
      await refused("production", /uses the network shop-staging_front, which is named after the stage staging/);
    });

    it("nothing of a port on loopback, and of a network of the stage's own", async () => {
      const ports = "services:\n  app:\n    ports: ['127.0.0.1:15432:5432']\n    networks: [staging]\n";
      overlay(`${ports}networks:\n  staging:\n`);
      await assert.doesNotReject(project.plan("production"));
    });
  });

  describe("where a stage builds:", () => {
    it("nothing of what is right, and knows what is committed", async () => {
      const dirty = async (): Promise<boolean | undefined> => {
        const { origin } = await project.plan("staging");
        return origin.kind === "build" ? origin.source.dirty : undefined;
      };
      assert.equal(await dirty(), false);
      project.folder.write({ "app/Dockerfile": "FROM scratch\nUSER 1\n" });
      assert.equal(await dirty(), true);
      project.folder.commit("Take another user");
      assert.equal(await dirty(), false);
    });

    it("a build argument that is filled from the stage", async () => {
      edit("${FLAVOUR:-plain}", "${SLIPWAY_STAGE}");
      await refused(
        "staging",
        /^The build of the service app takes args\.FLAVOUR from \$\{SLIPWAY_STAGE\}, which is another one in each stage/,
      );
    });

    it("a build argument that differs between stages", async () => {
      project.settings("production", { env: { FLAVOUR: "sweet" } });
      await refused(
        "staging",
        /takes args\.FLAVOUR from \$\{FLAVOUR\}, which is not set in this stage and "sweet" in production/,
      );
    });

    it("a platform that the machine does not run", async () => {
      edit("stop_grace_period", "platform: linux/s390x\n    stop_grace_period");
      await refused(
        "staging",
        /^compose\.yaml:\d+:\d+: services\.app\.build: asks for the platform linux\/s390x, and this stage's machine is linux\/amd64/,
      );
    });

    it("a compose key that is not supported, with its place", async () => {
      edit("stop_grace_period", "pid: host\n    stop_grace_period");
      await refused("staging", /^compose\.yaml:5:5: services\.app\.pid/);
    });
  });
});
