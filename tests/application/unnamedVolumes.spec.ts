import assert from "node:assert/strict";
import { dataServices } from "../../backup/dataServices";
import { unmounted } from "../../application/unnamedVolumes";
import { mountedIn, withImages } from "../../plan/withImages";
import { container, of, volume } from "../components/engine";
import { applicationOf } from "../components/project";
import { building, run, serviceOf } from "../components/shop";

const postgres = { volumes: ["/var/lib/postgresql/data"] };

/** The service `app` of an application, read with what its image brings. */
function read(section: string, volumes: string[] = [], top = "") {
  const text = `services:\n  app:\n    image: redis:7\n    ${section.replaceAll("\n", "\n    ")}\n${top}`;
  const application = withImages(applicationOf({ "compose.yaml": text }), { app: { volumes } });
  const targets = (application.config.services["app"]?.volumes ?? []).map(
    ({ source, target }) => `${source}→${target}`,
  );
  return { application, targets };
}

describe("a volume without a name", () => {
  it("gets one of the service and its path, the same every time", () => {
    const { application, targets } = read("volumes: [/extra]");
    assert.deepEqual(targets, ["app:/extra→/extra"]);
    assert.deepEqual(application.config.volumes, { "app:/extra": { name: "shop-staging_app-extra-b9b63509" } });
  });

  it("is told to the person who has to know, with the line to write", () => {
    const { application } = read("volumes: [/extra]");
    assert.deepEqual(application.warnings, [
      "The volume of the service app at /extra has no name: the stage keeps it as shop-staging_app-extra-b9b63509, and stops app before it is replaced. To have it otherwise, write volumes: [data:/extra].",
    ]);
  });

  it("says nothing of a stop where the service shares its volumes", () => {
    const { application } = read("volumes: [/extra]\nx-slipway: { sharesVolumes: true }");
    assert.match(application.warnings.join(), /keeps it as shop-staging_app-extra-b9b63509\. To have/);
  });

  it("gets another name for each service and path, however alike they are", () => {
    const compose = `
services:
  a: { image: x, volumes: [/b/c, /b-c, /b_c, /b.c, /B/c] }
  a-b: { image: x, volumes: [/c, "/c/"] }
`.replace(', "/c/"', "");
    const { config } = applicationOf({ "compose.yaml": compose });
    const names = Object.values(config.volumes ?? {}).map(({ name }) => name);
    assert.equal(names.length, 6);
    assert.equal(new Set(names).size, 6);
    for (const name of names) assert.match(name, /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/);
  });

  it("is left alone where nothing can be lost: of what runs once, and what is only read", () => {
    for (const section of [
      "volumes: [{ type: volume, target: /extra, read_only: true }]",
      "volumes: [/extra]\nprofiles: [job]",
      "volumes: [/extra]\nprofiles: [check]",
    ]) {
      const { application } = read(
        section,
        ["/other"].filter(() => section.includes("profiles")),
      );
      assert.deepEqual(
        [application.unnamed, application.config.volumes, application.warnings],
        [[], undefined, []],
        section,
      );
    }
  });

  it("is declared and retained like any other, and its service is stopped first and saved", async () => {
    const compose = 'services:\n  db: { image: "postgres:16", volumes: [/var/lib/postgresql/data] }\n';
    const plan = building({ compose });
    const { resources } = await run(plan);
    const [declared] = of(resources, volume).filter(({ name }) => name.endsWith("volumes-db:/var/lib/postgresql/data"));
    assert.ok(declared?.retainOnDelete);
    const db = serviceOf(resources, plan, "db");
    assert.equal(db.deleteBeforeReplace, true);
    assert.equal((db.inputs["volumes"] as { volumeName: string }[])[0]?.volumeName, declared.inputs["name"]);
    assert.deepEqual(dataServices(plan.application.config), { db: { kind: "postgres" } });
    const others = of(resources, container).flatMap(
      ({ inputs }) => (inputs["volumes"] ?? []) as { volumeName?: string }[],
    );
    assert.ok(others.every(({ volumeName }) => volumeName !== undefined));
  });
});

describe("a volume that only an image wants", () => {
  it("is named where nothing is mounted on its path, and makes its service one that is stopped first and saved", () => {
    const { application, targets } = read("", ["/data"]);
    assert.deepEqual(targets, ["app:/data→/data"]);
    assert.deepEqual(application.stopFirst, ["app"]);
    assert.deepEqual(Object.keys(dataServices(application.config)), ["app"]);
    assert.deepEqual(application.warnings, [
      "The image of the service app keeps data at /data, where the service mounts nothing: the stage keeps it as shop-staging_app-data-5dda99b7, and stops app before it is replaced. To have it otherwise, write volumes: [data:/data], or tmpfs: [/data] where they may be lost.",
    ]);
  });

  const mounted = [
    "volumes: ['data:/data']",
    "volumes: ['data:/data/']",
    "volumes: ['/srv/data:/data']",
    "volumes: ['data:/data:ro']",
    "volumes: [{ type: tmpfs, target: /data }]",
    "tmpfs: /data",
    "tmpfs: ['/data:size=64m']",
    "volumes: [/data]",
  ];
  for (const section of mounted) {
    it(`is not there where the service has ${section}`, () => {
      const { application } = read(section, ["/data"], "volumes: { data: {} }");
      assert.deepEqual(
        application.unnamed.filter(({ byImage }) => byImage),
        [],
      );
      assert.deepEqual(unmounted("app", ["/data"], mountedIn(application)["app"] ?? []), []);
    });
  }

  it("is not there where a config is mounted on its path", () => {
    const { application } = read(
      "configs: [{ source: c, target: /data }]",
      ["/data"],
      "configs: { c: { content: x } }",
    );
    assert.deepEqual(application.unnamed, []);
  });

  it("is there although something is mounted above or below it, as to the Engine", () => {
    for (const section of ["volumes: ['data:/']", "volumes: ['data:/data/db']", "volumes: ['data:/dat']"]) {
      const { application } = read(section.replace("data:/']", "data:/var']"), ["/data"], "volumes: { data: {} }");
      assert.equal(application.unnamed.length, 1, section);
    }
  });

  it("is refused with the line to write where the image was not there in the plan", () => {
    assert.deepEqual(unmounted("db", postgres.volumes, ["/etc/x"]), [
      "The image of the service db keeps data at /var/lib/postgresql/data (its VOLUME), where the service mounts nothing, so that they would be lost with each container: write volumes: [data:/var/lib/postgresql/data] for it, or tmpfs: [/var/lib/postgresql/data] where they may be lost.",
    ]);
  });
});

describe("a health check of which the compose file changes a part", () => {
  const check = { Test: ["CMD", "true"], Interval: 5e9, Timeout: 90e9, Retries: 4 };
  const changed = (section: string, facts?: object) =>
    withImages(applicationOf({ "compose.yaml": `services: { app: { image: "redis:7", ${section} } }` }), {
      app: facts === undefined ? undefined : { volumes: [], ...facts },
    }).config.services["app"]?.healthcheck;

  it("has the rest from the image", () => {
    assert.deepEqual(changed("healthcheck: { interval: 2s }", { healthcheck: check }), {
      test: ["CMD", "true"],
      interval: "2s",
      timeout: "1m30s",
      retries: 4,
    });
  });

  it("is none where the image has none", () => {
    assert.equal(changed("healthcheck: { interval: 2s }", {}), undefined);
  });

  it("is refused where the image cannot be looked at", () => {
    assert.throws(() => changed("healthcheck: { interval: 2s }"), {
      message:
        "compose.yaml:1:38: services.app.healthcheck: changes the health check of its image redis:7, which cannot be looked at from here: write healthcheck.test for it as well",
    });
  });

  for (const section of [
    "healthcheck: { disable: true }",
    "healthcheck: { test: [NONE] }",
    "healthcheck: { test: [CMD, x] }",
    "labels: {}",
  ]) {
    it(`is left as it is written: ${section}`, () => {
      const before = applicationOf({ "compose.yaml": `services: { app: { image: "redis:7", ${section} } }` });
      assert.deepEqual(changed(section, { healthcheck: check }), before.config.services["app"]?.healthcheck);
    });
  }
});
