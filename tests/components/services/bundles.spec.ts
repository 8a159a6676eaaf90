import assert from "node:assert/strict";
import type { PlannedMount } from "../../../application/mounts";
import { container, digestOf, inputOf, labelsOf, of, step, the, volume, type Declared } from "../engine";
import { building, look, madeLogin, promoted, serviceOf } from "../shop";

const compose = `
services:
  one: { image: "one:1" }
  two: { image: "two:1" }
  three: { image: "three:1" }
  load: { image: "one:1", profiles: [job] }
`;
const [film, words] = ["f".repeat(20), "0123456789abcdef0123"];
const bundled = (bundle: string, target: string): PlannedMount => ({ target, files: [], bundle });
const small: PlannedMount = {
  target: "/etc/small",
  files: [{ path: "", content: { bytes: Buffer.from("small") }, permissions: "0444" }],
};
const mounts: Record<string, PlannedMount[]> = {
  one: [small, bundled("media", "/srv/media"), bundled("0440 words", "/etc/words")],
  two: [bundled("media", "/data"), bundled("again", "/again")],
  three: [small],
  load: [bundled("media", "/m")],
};

function plans() {
  const builds = building({ compose });
  const takes = promoted({ compose });
  for (const plan of [builds, takes]) Object.assign(plan.application.mounts, mounts);
  const held = { media: film, again: film, "0440 words": words };
  if (builds.origin.kind === "build") {
    builds.origin.source.bundles = Object.entries(held).map(([id, key]) => ({ id, key, tag: key, size: 70_000_000 }));
    builds.origin.source.platform = "linux/arm64";
  }
  if (takes.origin.kind === "ledger") {
    const place = { repository: "shop/mounted-files", platform: "linux/amd64", size: 7 };
    takes.origin.release.bundles = Object.fromEntries(
      Object.entries(held).map(([id, key]) => [id, { ...place, key, digest: digestOf(`shop/mounted-files:${key}`) }]),
    );
  }
  return { "that builds": builds, "that takes a release over": takes };
}

for (const [kind, plan] of Object.entries(plans())) {
  describe(`the bundled files of a stage ${kind}`, () => {
    const name = (key: string): string => `shop-${plan.id.stage}-files-${key}`;
    let resources: Declared[];

    before(async () => {
      ({ resources } = await look(plan));
    });

    it("lie on one volume for each content, named for it, that no label or order replaces and that goes with it", () => {
      const files = of(resources, volume).filter((one) =>
        [film, words].includes(labelsOf(one).get("slipway.files") ?? ""),
      );
      assert.deepEqual(files.map(({ inputs }) => inputs["name"] as string).sort(), [name(film), name(words)].sort());
      for (const { retainOnDelete, ignoreChanges } of files) {
        assert.equal(retainOnDelete, false);
        assert.ok(ignoreChanges.includes("labels"));
      }
    });

    it("are mounted read-only by all that use them, with the volume itself, and nothing else of the services changes", () => {
      const mounted = (service: string): unknown => serviceOf(resources, plan, service).inputs["mounts"];
      const guard = (key: string): object => ({
        type: "volume",
        source: name(key),
        target: `/run/slipway-files/${key}`,
        readOnly: true,
      });
      const bind = (key: string, target: string): object => ({
        type: "bind",
        source: `/docker/volumes/${name(key)}/_data/content`,
        target,
        readOnly: true,
      });
      assert.deepEqual((mounted("one") as object[]).slice(2), [
        guard(film),
        guard(words),
        bind(film, "/srv/media"),
        bind(words, "/etc/words"),
      ]);
      assert.deepEqual(mounted("two"), [guard(film), bind(film, "/data"), bind(film, "/again")]);
      assert.equal((mounted("three") as object[]).length, 2);
    });

    it("are there before anything that mounts them, jobs as well, and nothing of them passes through the state", () => {
      const filled = the(resources, step, `-${film}-filled`);
      assert.deepEqual(inputOf(filled), {
        registry: { address: "127.0.0.1:5000", ...(plan.runsLocally ? { credentials: madeLogin(plan.id) } : {}) },
        bundle: {
          repository: "shop/mounted-files",
          digest: digestOf(`shop/mounted-files:${film}`),
          platform: kind === "that builds" ? "linux/arm64" : "linux/amd64",
          ...(kind === "that builds" ? { key: film, size: 70_000_000 } : {}),
        },
        key: film,
        volume: name(film),
        carrier: `${name(film)}-carrier-id`,
      });
      for (const service of ["one", "two"]) {
        assert.ok(serviceOf(resources, plan, service).dependsOn.includes(filled.urn), service);
      }
      assert.ok(the(resources, step, "app-jobs-load").dependsOn.includes(filled.urn));
      const carrier = the(resources, container, `${film}-carrier`);
      assert.deepEqual([carrier.inputs["start"], carrier.inputs["uploads"]], [false, undefined]);
      assert.ok(carrier.ignoreChanges.includes("image"), "a service's new image is no reason to fill it again");
    });

    it("are part of what is recorded, with their carriers among what belongs to the stage", () => {
      const { release, carriers } = inputOf(the(resources, step, "-record")) as {
        release: { bundles: Record<string, { key: string }> };
        carriers: string[];
      };
      assert.deepEqual(Object.keys(release.bundles).sort(), ["0440 words", "again", "media"]);
      assert.equal(release.bundles["media"]?.key, film);
      for (const key of [film, words]) assert.ok(carriers.includes(`${name(key)}-carrier-id`));
    });

    it("are put into the registry by the stage that builds alone", () => {
      const made = of(resources, step).filter(({ inputs }) => / bundle$/.test(inputs["create"] as string));
      assert.equal(made.length, kind === "that builds" ? 3 : 0);
    });
  });
}

describe("the files that describe an application, where they are large", () => {
  it("are a bundle, and not in the state", async () => {
    const plan = building({ compose });
    assert.equal(plan.origin.kind, "build");
    if (plan.origin.kind !== "build") return;
    plan.origin.source.bundles = [{ id: "", key: film, tag: film, size: 300_000 }];
    const { resources } = await look(plan);
    const made = the(resources, step, "-documents-bundle");
    assert.deepEqual((inputOf(made) as { paths: string[] }).paths, ["compose.yaml"]);
    const { release } = inputOf(the(resources, step, "-record")) as { release: { files: object; bundles: object } };
    assert.deepEqual(release.files, {});
    assert.deepEqual(Object.keys(release.bundles), [""]);
  });
});
