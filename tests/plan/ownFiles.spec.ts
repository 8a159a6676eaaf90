import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { Refusal } from "../../errors/refusal";
import type { StagePlan } from "../../plan/stage";
import { Folder } from "../release/folder";
import { PlannedProject } from "./planned";

const secret = "s3cret of the operator";

/** A release is made elsewhere, by others: at a stage that takes it over, its files lie with the operator. */
describe("what a release gets of the files of whoever promotes it", function () {
  this.timeout(30_000);

  let project: PlannedProject;
  let outside: Folder;
  let made = 0;

  beforeEach(async () => {
    project = await PlannedProject.open({
      "compose.yaml": "",
      ".gitignore": "Pulumi.*.yaml\n.env\n*.local\n/.slipway\n",
      "production.conf": "committed",
    });
    outside = new Folder().write({ "app.conf": secret, "app.env": `KEY=${secret}\n` });
  });
  afterEach(async () => {
    await project.close();
    outside.remove();
  });

  /** Brings a release into the ledger whose compose file has an `app` with this in it. */
  const release = async (service: string, own?: string[], top = ""): Promise<void> => {
    project.folder.write({
      "compose.yaml": `services: { app: { build: { context: ., args: { FLAVOUR: plain } }, ${service} } }\n${top}\n`,
    });
    await project.release(`v1a2b3c4-20260101-0000${10 + made++}`, { own });
  };
  const planned = (): Promise<StagePlan> => project.plan("production");
  const refused = (says: RegExp): Promise<void> =>
    assert.rejects(planned(), (error: unknown) => {
      assert.ok(error instanceof Refusal, String(error));
      assert.match(error.message, says);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
  const mounted = ({ application: { mounts } }: StagePlan): string[] =>
    (mounts["app"] ?? []).flatMap(({ files }) =>
      files.map(({ content }) =>
        "text" in content ? content.text : Buffer.from("bytes" in content ? content.bytes : content.secret).toString(),
      ),
    );
  const warned = ({ notices }: StagePlan): string => notices.map(({ text }) => text).join("\n");

  describe("is nothing outside of the work tree, whatever its record names:", () => {
    const kinds: [string, string, (path: string) => [string, string?]][] = [
      ["a config", "app.conf", (path) => ["configs: [c]", `configs: { c: { file: '${path}' } }`]],
      ["a secret", "app.conf", (path) => ["secrets: [c]", `secrets: { c: { file: '${path}' } }`]],
      ["an env_file", "app.env", (path) => [`env_file: ['${path}']`]],
      ["a label_file", "app.env", (path) => [`label_file: ['${path}']`]],
      ["a file that is extended", "app.env", (path) => [`extends: { file: '${path}', service: a }`]],
      ["a file that is included", "app.env", (path) => ["", `include: ['${path}']`]],
      [
        "a mounted file",
        "app.conf",
        (path) => [`volumes: [{ type: bind, source: '${path}', target: /a, read_only: true }]`],
      ],
    ];
    for (const [kind, file, written] of kinds) {
      const absolute = kind !== "a mounted file";
      it(kind, async () => {
        symlinkSync(outside.at(file), project.folder.at("linked.local"));
        for (const path of [
          ...(absolute ? [outside.at(file)] : []),
          `../${outside.path.split("/").at(-1)}/${file}`,
          "./linked.local",
        ]) {
          const [service, top] = written(path);
          for (const own of [undefined, [path, "linked.local"]]) {
            await release(service, own, top);
            await refused(
              /(lies|leads to \S+,) outside of the git work tree \S+, and neither a release nor a stage takes/,
            );
          }
        }
      });
    }
  });

  it("is what its record names as ignored by git, files and folders", async () => {
    project.folder.write({ ".env": "LEVEL=own\n", "key.local": "k3y", "conf.local/a": "a", "conf.local/b": "b" });
    const service = "environment: { LEVEL: '${LEVEL}' }, secrets: [key], volumes: ['./conf.local:/conf:ro']";
    await release(service, [".env", "conf.local", "key.local"], "secrets: { key: { file: ./key.local } }");
    const plan = await planned();
    assert.equal(plan.application.config.services["app"]?.environment?.["LEVEL"], "own");
    assert.deepEqual(mounted(plan), ["k3y", "a", "b"]);
    assert.doesNotMatch(warned(plan), /does not get/);
  });

  it("is nothing else that is there: an optional file is missing, with a warning, and a needed one stops it", async () => {
    project.folder.write({ ".env": "LEVEL=own\n", ".slipway/key": "k3y" });
    await release("environment: { LEVEL: '${LEVEL:-none}' }", []);
    const plan = await planned();
    assert.equal(plan.application.config.services["app"]?.environment?.["LEVEL"], "none");
    assert.match(
      warned(plan),
      /^\.env is here, and the release \S+ does not get it: a stage gives a release of its own only what git ignored where the release was made, as its record tells\. Have git ignore it \(\.gitignore\), commit that, and make another release\.$/m,
    );
    await release("configs: [c]", [".env"], "configs: { c: { file: ./.slipway/key } }");
    await refused(/which is not there: create it\n\.slipway\/key is here, and the release \S+ does not get it: /);
  });

  it("is what git holds here, such as a committed file of this stage's own", async () => {
    await release("configs: [c]", [], "configs: { c: { file: './${SLIPWAY_STAGE}.conf' } }");
    assert.deepEqual(mounted(await planned()), ["committed"]);
  });

  it("is no limit to the stage's own overlay", async () => {
    project.folder.write({
      "compose.production.yaml": "services: { app: { configs: [own] } }\nconfigs: { own: { file: ./more.conf } }\n",
      "more.conf": "more",
    });
    project.settings("production", { overlay: "compose.production.yaml" });
    await release("", []);
    assert.deepEqual(mounted(await planned()), ["more"]);
  });

  it("is, for a release from before its record named anything, whatever lies in the work tree", async () => {
    project.folder.write({ ".env": "LEVEL=own\n" });
    await release("environment: { LEVEL: '${LEVEL}' }");
    assert.equal((await planned()).application.config.services["app"]?.environment?.["LEVEL"], "own");
  });
});
