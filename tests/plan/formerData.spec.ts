import assert from "node:assert/strict";
import { PlacedError } from "../../errors/placed";
import { problemsIn } from "../../errors/several";
import type { FoundMachine } from "../../machine/machine";
import { checkFormerData, formerDataNotices } from "../../plan/formerData";
import { applicationOf } from "../components/project";

const id = { project: "shop", stage: "staging" };

const services = `services:
  web: { image: a, volumes: ["./conf.ini:/etc/conf.ini:ro", "./data/uploads:/uploads", "./data/cache:/cache"] }
  again: { image: a, volumes: ["./data/uploads:/uploads"] }
`;

const read = (files: Record<string, string>, text = services) =>
  applicationOf({ "compose.yaml": text, "conf.ini": "", ...files });

const machine = (...volumes: [string, string | undefined][]): FoundMachine =>
  ({ volumes: new Map(volumes) }) as unknown as FoundMachine;

const refused = (look: () => void): { path: unknown; message: string }[] => {
  try {
    look();
  } catch (error) {
    return problemsIn(error).map((one) => ({
      path: one instanceof PlacedError ? one.path : undefined,
      message: one.message,
    }));
  }
  return [];
};

describe("data of a path that git holds by now", () => {
  // While git holds nothing of it, the path is data, on this volume.
  const volume = read({}).kept.find(({ path }) => path === "data/uploads")?.name ?? assert.fail();
  const { tracked } = read({ "data/uploads/logo.png": "" });

  it("is refused, once, at the mount, with the ways to keep the data in sight", () => {
    assert.deepEqual(
      tracked.map(({ path, service, index }) => [path, service, index]),
      [["data/uploads", "web", 1]],
    );
    const [found, ...others] = refused(() => checkFormerData(id, tracked, machine([volume, "shop/staging"])));
    assert.deepEqual([found?.path, others], [["services", "web", "volumes", 1], []]);
    assert.match(
      found?.message ?? "",
      /^The service web has its data of \.\/data\/uploads on the volume shop-staging_data-uploads-[0-9a-f]{8}, and git holds \.\/data\/uploads by now.*git rm -r --cached data\/uploads.*writable: \[\.\/data\/uploads\].*docker volume rm/,
    );
  });

  it("stands in nobody's way where there is no such volume, or it is another stage's", () => {
    for (const there of [machine(), machine([volume, "shop/production"]), machine([volume, undefined])]) {
      assert.deepEqual(
        refused(() => checkFormerData(id, tracked, there)),
        [],
      );
    }
  });

  it("stays in use where the path is said to be for writing", () => {
    const kept = read(
      { "data/uploads/logo.png": "" },
      services.replace(
        '"./data/cache:/cache"] }',
        '"./data/cache:/cache"], x-slipway: { writable: [./data/uploads] } }',
      ),
    );
    assert.deepEqual(kept.tracked, []);
    assert.ok(kept.kept.some(({ name }) => name === volume));
  });

  it("is told where a stage goes back to a release from before", () => {
    const [notice, ...others] = formerDataNotices(id, tracked, machine([volume, "shop/staging"]));
    assert.match(
      notice ?? "",
      /^In this release \.\/data\/uploads is configuration of the service web: .* stays there/,
    );
    assert.deepEqual(others, []);
  });
});
