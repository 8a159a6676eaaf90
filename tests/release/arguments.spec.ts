import assert from "node:assert/strict";
import { BuildArgumentError, checkBuildArguments, checkBuiltArguments } from "../../release/arguments";
import type { ReleaseRecord } from "../../release/record";
import { applicationOf } from "../components/project";

const remedy = "a release is built once for every stage, so hand it over at run time instead, in environment";

const withBuild = (build: string, env: Record<string, string> = {}) =>
  applicationOf({ "compose.yaml": `services:\n  web:\n    build: ${build}\n` }, { env });

const check = (build: string, env: Record<string, string>, siblings: Record<string, Record<string, string>>): void =>
  checkBuildArguments(withBuild(build, env).base, siblings);

describe("a build that would differ between stages", () => {
  const args = "{ context: ., args: { API: '${API_URL}' } }";

  it("is refused where another stage fills an argument otherwise", () => {
    assert.throws(
      () => check(args, { API_URL: "a" }, { production: { API_URL: "b" } }),
      new BuildArgumentError(
        `The build of the service web takes args.API from \${API_URL}, which is "a" in this stage and "b" in production; ${remedy}.`,
      ),
    );
  });

  it("is refused where only another stage fills it", () => {
    assert.throws(
      () => check(args, {}, { production: { API_URL: "b" } }),
      new BuildArgumentError(
        `The build of the service web takes args.API from \${API_URL}, which is not set in this stage and "b" in production; ${remedy}.`,
      ),
    );
  });

  it("is refused where it takes the stage's name", () => {
    assert.throws(
      () => check("{ context: ., target: '${SLIPWAY_STAGE}' }", {}, {}),
      new BuildArgumentError(
        `The build of the service web takes target from \${SLIPWAY_STAGE}, which is another one in each stage; ${remedy}.`,
      ),
    );
  });

  it("is no such thing where every stage fills it the same, or says nothing of it", () => {
    check(args, { API_URL: "a" }, { production: { API_URL: "a" }, test: {} });
    check("{ context: ., args: { API: 'fixed' } }", { API_URL: "a" }, { production: { API_URL: "b" } });
  });

  it("may have a run-time value that differs", () => {
    const compose =
      "services:\n  web:\n    build: .\n    environment: { STAGE: '${SLIPWAY_STAGE}', API: '${API_URL}' }\n";
    const { base } = applicationOf({ "compose.yaml": compose }, { env: { API_URL: "a" } });
    checkBuildArguments(base, { production: { API_URL: "b" } });
  });
});

describe("a release that was built otherwise", () => {
  const release = (args: Record<string, string>) =>
    ({ name: "v1-20260101-000000", buildArgs: { web: args } }) as unknown as ReleaseRecord;
  const config = withBuild("{ context: ., args: { API: '${API_URL}' } }", { API_URL: "b" }).base.config;

  it("is refused by service and argument", () => {
    assert.throws(
      () => checkBuiltArguments(release({ API: "a" }), config),
      new BuildArgumentError(
        `The release v1-20260101-000000 was built with the build argument API of the service web "a", and this stage has it "b"; ${remedy}.`,
      ),
    );
  });

  it("is refused where one of the two has no such argument", () => {
    assert.throws(
      () => checkBuiltArguments(release({ API: "b", MORE: "x" }), config),
      /MORE of the service web "x", and this stage has it not set/,
    );
    assert.throws(
      () => checkBuiltArguments(release({}), config),
      /API of the service web not set, and this stage has it "b"/,
    );
  });

  it("is no such thing where they are the same", () => {
    checkBuiltArguments(release({ API: "b" }), config);
  });
});
