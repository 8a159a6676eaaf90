import assert from "node:assert/strict";
import { buildArguments } from "../../steps/build";
import { secretVariables, withoutSecrets } from "../../steps/buildSecrets";
import { Folder } from "../release/folder";

const build = {
  ...{ context: "web", dockerfile: "Dockerfile", args: {}, platform: "linux/amd64", labels: {}, cacheFrom: [] },
  ...{ extraHosts: [], additionalContexts: {}, noCache: false, pull: false },
  secrets: [{ id: "npm" }, { id: "tok", file: "token.txt" }],
  ssh: ["default"],
  ulimits: ["nofile=1024:2048"],
};
const values = { npm: "planted-npm" };

describe("the secrets of a build", () => {
  it("are named in its arguments, and their values are in none", () => {
    const args = buildArguments("r/web:1", build);
    assert.deepEqual(args.slice(args.indexOf("--ulimit"), -1), [
      ...["--ulimit", "nofile=1024:2048"],
      ...["--secret", "id=npm,env=SLIPWAY_BUILD_SECRET_0"],
      ...["--secret", "id=tok,src=token.txt"],
      ...["--ssh", "default"],
    ]);
    assert.deepEqual(secretVariables(build, values), { SLIPWAY_BUILD_SECRET_0: "planted-npm" });
  });

  it("are not told by a build that fails, whatever its programs print", () => {
    const folder = new Folder().write({ "token.txt": "planted-line-1\nplanted-line-2\n" });
    const file = `${folder.path}/token.txt`;
    const error = new Error("docker build ended with exit code 1:\n#5 planted-npm\n#5 planted-line-2 of 2");
    const told = withoutSecrets(error, { secrets: [{ id: "npm" }, { id: "tok", file }] }, values) as Error;
    folder.remove();
    assert.equal(
      told.message,
      "docker build ended with exit code 1:\n#5 (a secret of the build)\n#5 (a secret of the build) of 2",
    );
  });

  it("leave an error as it is that tells none of them", () => {
    const error = new Error("docker build ended with exit code 1");
    assert.equal(withoutSecrets(error, build, values), error);
  });
});
