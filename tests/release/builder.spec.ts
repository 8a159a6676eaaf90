import assert from "node:assert/strict";
import { builderAtHand, builderVariable, chooseBuilder, type Builder, type DockerClient } from "../../release/builder";
import { Folder } from "./folder";

describe("the builder at hand", () => {
  const cases: [string, DockerClient, Builder][] = [
    ["since Docker 23, with buildx", { hasBuildx: true, version: "28.2.2" }, "buildkit"],
    ["since Docker 23, without buildx", { hasBuildx: false, version: "28.2.2" }, "classic"],
    ["before Docker 23, whatever else is there", { hasBuildx: true, version: "20.10.24+dfsg1" }, "classic"],
    ["where BuildKit is asked for", { wanted: "1", hasBuildx: false, version: "20.10.24" }, "buildkit"],
    ["where the classic one is asked for", { wanted: "0", hasBuildx: true, version: "28.2.2" }, "classic"],
    ["where that is said in a word", { wanted: "False", hasBuildx: true, version: "28.2.2" }, "classic"],
    ["where nothing is said", { wanted: "", hasBuildx: true, version: "29.0.0" }, "buildkit"],
  ];
  for (const [what, client, expected] of cases) {
    it(`is ${expected} ${what}`, () => assert.equal(chooseBuilder(client), expected));
  }

  it("is asked of docker, and is the classic one where there is no docker", async () => {
    using folder = new Folder();
    const said =
      '#!/bin/sh\ncase $1 in --version) echo "Docker version 28.2.2, build e6534b4" ;; *) exit $BUILDX ;; esac\n';
    folder.write({ docker: said });
    const path = `${folder.path}:/bin:/usr/bin`;
    assert.equal(await builderAtHand({ PATH: path, BUILDX: "0" }), "buildkit");
    assert.equal(await builderAtHand({ PATH: path, BUILDX: "1" }), "classic");
    assert.equal(await builderAtHand({ PATH: folder.at("nothing") }), "classic");
  });

  it("is the one that builds then", () => {
    for (const builder of ["classic", "buildkit"] as const) {
      const wanted = builderVariable(builder)["DOCKER_BUILDKIT"];
      assert.equal(chooseBuilder({ wanted, hasBuildx: builder === "classic", version: "28" }), builder);
    }
  });
});
