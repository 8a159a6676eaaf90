import assert from "node:assert/strict";
import type { Builder } from "../../release/builder";
import { BuildSecretError } from "../../release/buildSecrets";
import { ImageError, planImages, type ImagePlan } from "../../release/images";
import { applicationOf } from "../components/project";
import { Folder } from "./folder";

const commit = "8f1d6a3c0b5e4d7f9a2b1c3d4e5f60718293a4b5";

describe("a build with", () => {
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder().write({ "web/Dockerfile": "FROM scratch\n", "web/a": "a", "token.txt": "planted-t0ken" });
  });
  afterEach(() => folder.remove());

  const only = (build: string, secrets = "", builder: Builder = "buildkit"): ImagePlan => {
    const text = `services: { web: { build: ${build} } }\n${secrets}`;
    const [image] = planImages(applicationOf({ "compose.yaml": text }).config, {
      root: folder.path,
      project: "shop",
      platform: "linux/amd64",
      builder,
      variable: (name) => ({ NPM_TOKEN: "planted-npm" })[name],
    });
    return image ?? assert.fail("no image");
  };
  const buildOf = ({ from }: ImagePlan) => (from.kind === "build" ? from : assert.fail("no build"));
  const declared = "secrets: { npm: { environment: NPM_TOKEN }, file: { file: ./token.txt } }";
  const refused = (says: RegExp) => (error: unknown) => error instanceof BuildSecretError && says.test(error.message);

  describe("secrets", () => {
    it("has them by their names, and no value among its options", () => {
      const from = buildOf(only("{ context: ./web, secrets: [npm, { source: file, target: tok }] }", declared));
      assert.deepEqual(from.build.secrets, [{ id: "npm" }, { id: "tok", file: "token.txt" }]);
      assert.deepEqual(from.secretValues, { npm: "planted-npm" });
      assert.ok(!JSON.stringify(from.build).includes("planted"));
    });

    it("is the same image with and without: none of them is part of it", () =>
      assert.equal(only("{ context: ./web, secrets: [npm, file] }", declared).tag, only("{ context: ./web }").tag));

    it("needs each of them", () => {
      assert.throws(
        () => only("{ context: ./web, secrets: [s] }", "secrets: { s: { file: ./gone } }"),
        refused(
          /^The build of the service web takes the secret s from the file gone, which is not there: create it\.$/,
        ),
      );
      assert.throws(
        () => only("{ context: ./web, secrets: [s] }", "secrets: { s: { environment: NONE } }"),
        refused(/from NONE, which is not set: pulumi config set --secret --path slipway:env\.NONE <value>\.$/),
      );
    });

    it("leaves their files out of its context", () => {
      folder.write({ "web/.token": "planted-t0ken" });
      const build = "{ context: ./web, secrets: [s] }";
      const within = "secrets: { s: { file: ./web/.token } }";
      assert.throws(() => only(build, within), refused(/name \.token in \.dockerignore\.$/));
      folder.write({ "web/.dockerignore": ".token\n" });
      only(build, within);
    });
  });

  it("what only BuildKit knows is refused where the builder is the classic one, by its key", () => {
    for (const [key, build] of [
      ["secrets", "{ context: ./web, secrets: [npm] }"],
      ["ssh", "{ context: ./web, ssh: [default] }"],
    ] as const) {
      assert.throws(
        () => only(build, declared, "classic"),
        (error: unknown) =>
          error instanceof ImageError &&
          error.message.startsWith(
            `The service web is built with ${key}, which the classic builder of Docker does not`,
          ),
      );
    }
  });

  it("ssh and ulimits hands both on; neither key nor agent is part of the image", () => {
    const image = only(
      "{ context: ./web, ssh: [default, key=./id], ulimits: { nofile: 1024, nproc: { soft: 1, hard: 2 } } }",
    );
    const { build } = buildOf(image);
    assert.deepEqual(build.ssh, ["default", "key=id"]);
    assert.deepEqual(build.ulimits, ["nofile=1024:1024", "nproc=1:2"]);
    assert.equal(only("{ context: ./web, ssh: [default] }").tag, only("{ context: ./web }").tag);
  });

  it("a repository at a commit as its context is as fixed as that", () => {
    const url = `https://example.com/team/app.git#${commit}:web`;
    const image = only(`{ context: "${url}" }`);
    const { build, files } = buildOf(image);
    assert.deepEqual([build.context, build.dockerfile, files], [url, "Dockerfile", []]);
    assert.equal(only(`{ context: "${url}" }`).tag, image.tag);
    assert.notEqual(only(`{ context: "${url.replace(":web", "")}" }`).tag, image.tag);
  });

  for (const context of [
    "https://example.com/team/app.git",
    "https://example.com/team/app.git#main",
    `https://ada:secret@example.com/team/app.git#${commit}`,
    `https://example.com/app.tar.gz#${commit}`,
    "git@example.com:team/app.git#v1",
  ]) {
    it(`the context ${context} is refused, as it may be another one tomorrow or holds a login`, () =>
      assert.throws(
        () => only(`{ context: "${context}" }`),
        /^ApplicationError: compose\.yaml:1:\d+: services\.web\.build\.context: a release is built of what stays as it is/,
      ));
  }

  for (const context of [`git@example.com:team/app.git#${commit}`, `github.com/team/app#${commit}:sub/folder`]) {
    it(`the context ${context} is taken`, () => assert.ok(only(`{ context: "${context}" }`).tag));
  }
});
