import assert from "node:assert/strict";
import {
  container,
  digestOf,
  inputOf,
  labelsOf,
  network,
  of,
  roleOf,
  step,
  the,
  volume,
  type Declared,
} from "./engine";
import { building, look, run, serviceOf, stages } from "./shop";

for (const [kind, plan] of Object.entries(stages)) {
  describe(`a stage ${kind}`, () => {
    const services = Object.keys(plan.application.config.services);
    let resources: Declared[];
    let outputs: Awaited<ReturnType<typeof run>>["result"];

    before(async () => {
      ({ resources, result: outputs } = await look(plan));
    });

    it("is the parent of all that it declares, directly or through others", () => {
      const known = new Set(resources.map(({ urn }) => urn));
      const orphans = resources.filter(({ parent }) => !known.has(parent)).map(({ type }) => type);
      assert.deepEqual(orphans, ["slipway:stage:Stage"]);
    });

    it("names its components slipway:<folder>:<Name>", () => {
      const own = resources.filter(({ type }) => type.startsWith("slipway:"));
      assert.ok(own.length >= 5);
      for (const { type } of own) {
        assert.match(
          type,
          /^slipway:(stage|backup|networks|volumes|services|release|registry|edge|machine):[A-Z][A-Za-z]+$/,
        );
      }
    });

    it("declares nothing twice", () => {
      assert.equal(new Set(resources.map(({ urn }) => urn)).size, resources.length);
    });

    it("keeps every volume that holds data", () => {
      const data = of(resources, volume).filter((resource) => !labelsOf(resource).has("slipway.files"));
      const names = data.map(({ inputs }) => inputs["name"] as string).sort();
      const own = [
        ...(plan.runsLocally ? [`shop-${plan.id.stage}-registry`] : []),
        ...(plan.backup ? [`shop-${plan.id.stage}-backups`] : []),
      ];
      assert.deepEqual(names, [...own, `shop-${plan.id.stage}_db-data`, `shop-${plan.id.stage}_files`].sort());
      for (const { name, retainOnDelete, protect, ignoreChanges } of data) {
        assert.equal(retainOnDelete, true, `${name} is retained`);
        assert.equal(protect, false, `${name} is not protected: destroy would stop half-way`);
        assert.ok(ignoreChanges.includes("labels"), `${name} is not replaced for a label`);
      }
    });

    it("goes through one provider, that of its machine", () => {
      const provider = the(resources, "pulumi:providers:docker");
      for (const { type, name, provider: used } of resources.filter(({ type }) => type.startsWith("docker:"))) {
        assert.ok(used.startsWith(provider.urn), `${type} ${name} uses ${used || "the default provider"}`);
      }
    });

    it("publishes the ports that the compose file names, and no other", () => {
      const published = of(resources, container).flatMap((resource) => {
        const labels = labelsOf(resource);
        const holder = labels.get("slipway.role") ?? labels.get("slipway.service");
        const ports = (resource.inputs["ports"] ?? []) as { ip?: string; external: number; internal: number }[];
        return ports.map(({ ip, external, internal }) => `${holder} ${ip}:${external}->${internal}`);
      });
      assert.deepEqual(published.sort(), [
        "edge 127.0.0.1:8080->8080",
        "mail 127.0.0.1:1025->1025",
        ...(plan.runsLocally ? ["registry 127.0.0.1:5000->5000"] : []),
      ]);
    });

    it("makes the networks of its own, internal where the compose file says so, and joins an external one", () => {
      const made = of(resources, network).map(({ name, inputs }) => [name, inputs["internal"] ?? false]);
      const stage = `shop-${plan.id.stage}`;
      assert.deepEqual(Object.fromEntries(made), {
        [`${stage}-front`]: false,
        [`${stage}-back`]: true,
        [`${stage}-edge-front`]: false,
        ...(plan.runsLocally ? { [`${stage}-registry-network`]: false } : {}),
      });
      const joined = serviceOf(resources, plan, "mail").inputs["networksAdvanced"] as {
        name: string;
        aliases: string[];
      }[];
      assert.deepEqual(
        joined.map(({ name }) => name),
        [`${stage}-back-1a2b3c4`, "company-lan"],
      );
      assert.deepEqual(
        joined.map(({ aliases }) => aliases),
        [["mail"], []],
      );
    });

    it("labels all that it makes as its own", () => {
      for (const resource of resources.filter(({ type }) => [container, volume, network].includes(type))) {
        const { name, type } = resource;
        const labels = labelsOf(resource);
        assert.equal(labels.get("slipway.project"), "shop", `${type} ${name}`);
        assert.equal(labels.get("slipway.stage"), plan.id.stage, `${type} ${name}`);
      }
      assert.equal(labelsOf(serviceOf(resources, plan, "web")).get("slipway.service"), "web");
    });

    it("cuts over once every container is there, and records after that", () => {
      const cutover = the(resources, step, "-cutover");
      const record = the(resources, step, "-record");
      for (const service of services) {
        assert.ok(cutover.dependsOn.includes(serviceOf(resources, plan, service).urn), service);
      }
      assert.ok(cutover.dependsOn.includes(roleOf(resources, "edge").urn));
      assert.ok(record.dependsOn.includes(cutover.urn));
      assert.deepEqual(namesOf(inputOf(cutover)["containers"]), [...services].sort());
      assert.deepEqual(namesOf(inputOf(record)["containers"]), [...services].sort());
    });

    it("tells its address, its release, its services and its registry", () => {
      assert.equal(outputs.url, "http://localhost:8080");
      assert.equal(outputs.registry, "127.0.0.1:5000");
      assert.equal(outputs.release.name, "v1a2b3c4-20261121-120000");
      assert.deepEqual(Object.keys(outputs.release.images).sort(), [...services].sort());
      assert.deepEqual(outputs.services["web"], {
        container: `shop-${plan.id.stage}-web-1a2b3c4`,
        digest: digestOf("shop/web:content"),
      });
    });
  });
}

describe("a stage without HTTP ports", () => {
  it("has no edge and nothing to cut over, and still records", async () => {
    const plan = building({ compose: "services: { db: { image: 'postgres:16' } }" });
    const { resources, result } = await run(plan);
    assert.deepEqual(of(resources, "slipway:edge:Edge"), []);
    assert.deepEqual(
      of(resources, step)
        .map(({ name }) => name)
        .sort(),
      ["app-key-step", "app-record", "app-release-name", "app-release-postgres-16-copy"],
    );
    assert.equal(result.url, undefined);
    const record = the(resources, step, "-record");
    assert.ok(record.dependsOn.includes(serviceOf(resources, plan, "db").urn), "the record waits for the containers");
  });
});

describe("a stage whose services call each other by name", () => {
  const compose = (more = "") => `
services:
  web:
    image: web
    environment: { A: "http://api:80", B: "http://admin:80" }
    ports: [{ target: 3000, published: "8080", app_protocol: http }]
  api: { image: api, networks: { default: { aliases: [backend] } } }
  admin: { image: admin${more} }
`;
  let resources: Declared[];

  before(async () => {
    ({ resources } = await run(building({ compose: compose() })));
  });

  const door = (service: string): Declared => {
    const found = of(resources, container).filter((one) => labelsOf(one).get("slipway.door") === service);
    assert.equal(found.length, 1, `the door of ${service}`);
    return found[0] as Declared;
  };

  it("has a door for each, which holds its names, and none of the names at the edge", () => {
    const aliases = (one: Declared): string[] =>
      (one.inputs["networksAdvanced"] as { aliases?: string[] }[]).flatMap((network) => network.aliases ?? []);
    assert.deepEqual(aliases(door("api")), ["api", "backend"]);
    assert.deepEqual(aliases(door("admin")), ["admin"]);
    assert.deepEqual(aliases(roleOf(resources, "edge")), ["edge", "slipway-edge"]);
    assert.equal(door("api").deleteBeforeReplace, true, "two doors of one name would be found in turns");
  });

  it("tells the edge before anything calls it, and lets nothing of where it leads into its container", () => {
    const leads = the(resources, step, "-leads");
    for (const service of ["api", "admin"]) assert.ok(leads.dependsOn.includes(door(service).urn), service);
    for (const { name } of of(resources, container).filter((one) => labelsOf(one).has("slipway.service"))) {
      const [one] = of(resources, container).filter((other) => other.name === name);
      assert.ok(one?.dependsOn.includes(leads.urn), name);
    }
    const { inputs } = roleOf(resources, "edge");
    assert.equal(inputs["uploads"], undefined);
    assert.equal((inputs["envs"] as string[]).length, 1);
    assert.match(
      (inputs["entrypoints"] as string[]).at(-1) ?? "",
      />\/tmp\/slipway\/guard\.sh && .*exec bash \/tmp\/slipway\/guard\.sh$/,
    );
  });

  it("confines Slipway's own containers: no capabilities, none to be had, and read-only where no state is theirs", () => {
    const own = of(resources, container).filter((one) => !labelsOf(one).has("slipway.service"));
    const confinedOnes = own.filter(({ name }) => /edge|registry/.test(name));
    assert.ok(confinedOnes.length >= 3);
    for (const { name, inputs } of confinedOnes) {
      assert.deepEqual(inputs["capabilities"], { drops: ["ALL"] }, name);
      assert.deepEqual(inputs["securityOpts"], ["no-new-privileges:true"], name);
    }
    assert.equal(roleOf(resources, "edge").inputs["readOnly"], true);
  });

  it("keeps the doors when it takes orphans away", () => {
    const record = the(resources, step, "-record");
    const kept = inputOf(record)["carriers"] as string[];
    for (const service of ["api", "admin"]) assert.ok(kept.includes(`${door(service).name}-id`), service);
  });

  it("has no other edge where another name is called", async () => {
    const other = await run(building({ compose: compose(", networks: { default: { aliases: [staff] } }") }));
    assert.deepEqual(roleOf(other.resources, "edge").inputs, roleOf(resources, "edge").inputs);
  });
});

function namesOf(containers: { service: string }[]): string[] {
  return containers.map(({ service }) => service).sort();
}
