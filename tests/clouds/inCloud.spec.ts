import assert from "node:assert/strict";
import type { StagePlan } from "../../plan/stage";
import { acr, artifactRegistry } from "../../settings/registries";
import type { HostedSettings } from "../../settings/registry";
import { registryFrom } from "../../settings/registryPlan";
import { container, hidden, inputOf, of, remoteImage, step, the, type Declared } from "../components/engine";
import { building, inCloud, promoted, run, serviceOf } from "../components/shop";

const clouds = {
  gce: {
    vm: "gcp:compute/instance:Instance",
    address: "203.0.113.10",
    url: "203.0.113.10",
    made: "4711 e2-standard-2",
  },
  azure: {
    vm: "azure-native:compute:VirtualMachine",
    address: "203.0.113.20",
    url: "shop-production-1a2b3c.westeurope.cloudapp.azure.com",
    made: "4712 Standard_B2s_v2",
  },
} as const;

/** The registry of each cloud, and what lets a machine pull from it. */
const registries: Record<keyof typeof clouds, [HostedSettings, string]> = {
  gce: [
    {
      ...artifactRegistry.parse({ kind: "artifact-registry", project: "shop-1234", location: "europe-west3" }),
      repository: "shop",
    },
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
  ],
  azure: [
    acr.parse({ kind: "acr", name: "shopreleases", location: "westeurope" }),
    "azure-native:authorization:RoleAssignment",
  ],
};
const registryId =
  "/subscriptions/s-1/resourceGroups/shop-registry/providers/Microsoft.ContainerRegistry/registries/shopreleases";

for (const [kind, cloud] of Object.entries(clouds) as ["gce" | "azure", (typeof clouds)["gce" | "azure"]][]) {
  describe(`a stage on a VM of the kind ${kind}`, () => {
    const plan = inCloud(kind);
    let resources: Declared[];
    let outputs: Awaited<ReturnType<typeof run>>["result"];

    before(async () => {
      ({ resources, result: outputs } = await run(plan));
    });

    it("makes the VM, and waits for it with all that is needed to get there", () => {
      const ready = the(resources, step, "app-ready");
      assert.ok(ready.dependsOn.includes(the(resources, cloud.vm).urn));
      assert.equal(ready.inputs["create"], "node dist/steps/main.js ready");
      assert.deepEqual(ready.inputs["environment"], { MACHINE: "the VM shop-staging" });
      const { way, ...input } = inputOf(ready);
      assert.deepEqual(input, {
        name: "the VM shop-staging",
        folder: ".slipway/ssh/shop/staging",
        made: cloud.made,
        seconds: 600,
      });
      const { hostKey, key, proxyCommand, ...at } = way;
      assert.deepEqual(at, { host: cloud.address, port: 22, user: "slipway" });
      assert.match(hostKey[0], /^ssh-ed25519 AAAA-app-machine-keys-host$/);
      assert.match(key, /^private app-machine-keys-login/);
      assert.equal(
        proxyCommand?.startsWith("gcloud compute start-iap-tunnel shop-staging"),
        kind === "gce" || undefined,
      );
      assert.equal(ready.exposed["stdin"], hidden);
    });

    it("asks nobody there before", () => {
      const ready = the(resources, step, "app-ready");
      const provider = the(resources, "pulumi:providers:docker");
      assert.ok(provider.dependsOn.includes(ready.urn));
      assert.equal(provider.exposed["host"], "ssh://machine");
      assert.deepEqual(JSON.parse(String(provider.inputs["sshOpts"])), ["-F", ".slipway/ssh/shop/staging/config"]);
      for (const { name, dependsOn, inputs } of of(resources, step)) {
        if (name === "app-ready") continue;
        assert.ok(dependsOn.includes(ready.urn), name);
        assert.equal(inputs["environment"]["SLIPWAY_MACHINE"], ".slipway/ssh/shop/staging", name);
      }
    });

    it("tells where people reach it, and other stages how, its key as a secret", () => {
      assert.deepEqual(outputs.machine, inputOf(the(resources, step, "app-ready"))["way"]);
      // The shop's own port is on the loopback address.
      assert.equal(outputs.url, "http://localhost:8080");
      assert.ok(!JSON.stringify(resources.map(({ exposed }) => exposed)).includes("private app-machine-keys"));
    });

    it("is what it is on this machine, but for where that is", async () => {
      const here = (await run(building())).resources;
      for (const service of Object.keys(plan.application.config.services)) {
        assert.deepEqual(serviceOf(resources, plan, service).inputs, serviceOf(here, plan, service).inputs, service);
      }
      assert.equal(of(resources, container).length, of(here, container).length);
    });

    it("waits for the VM again only where it did not answer", async () => {
      const ready = the(resources, step, "app-ready");
      assert.deepEqual([ready.inputs["triggers"], ready.ignoreChanges], [undefined, ["triggers"]]);
      const again = the((await run(inCloud(kind, { again: "2026-11-21T12:00:00.000Z" }))).resources, step, "app-ready");
      assert.deepEqual([again.inputs["triggers"], again.ignoreChanges], [["2026-11-21T12:00:00.000Z"], []]);
    });
  });

  describe(`a stage on a VM of the kind ${kind} that everybody reaches`, () => {
    const open = (plan: StagePlan): StagePlan => {
      const [route, ...others] = plan.application.routes;
      assert.ok(route);
      const routes = [{ ...route, hostIp: undefined }, ...others];
      return { ...plan, application: { ...plan.application, routes } };
    };

    it("tells its address, and opens its port", async () => {
      const { resources, result } = await run(open(inCloud(kind)));
      assert.equal(result.url, `http://${cloud.url}:8080`);
      const rules = JSON.stringify(resources.filter(({ type }) => /firewall:Firewall|NetworkSecurityGroup/.test(type)));
      assert.match(rules, /"8080"/);
    });

    it("opens none that only the machine itself is to reach", async () => {
      const { resources } = await run(inCloud(kind));
      const rules = JSON.stringify(resources.filter(({ type }) => /firewall:Firewall|NetworkSecurityGroup/.test(type)));
      assert.doesNotMatch(rules, /"8080"/);
    });
  });

  describe(`a stage that takes a release over on a VM of the kind ${kind}`, () => {
    it("copies the release there once the VM is ready, and pulls it from there", async () => {
      const { resources } = await run(inCloud(kind, { builds: false }));
      const ready = the(resources, step, "app-ready");
      const copy = the(resources, step, "-copy-step");
      assert.ok(copy.dependsOn.includes(ready.urn));
      for (const { name, dependsOn } of of(resources, remoteImage).filter(({ inputs }) =>
        String(inputs["name"]).startsWith("127.0.0.1:5000/"),
      )) {
        assert.ok(dependsOn.includes(copy.urn), name);
      }
    });

    it("lets its VM pull from a registry of the same cloud, before anything is pulled", async () => {
      const { sourceRegistry: _source, runsLocally: _runs, ...plan } = inCloud(kind, { builds: false });
      const [settings, type] = registries[kind];
      const found = kind === "azure" ? registryId : undefined;
      const { resources } = await run({
        ...plan,
        registry: registryFrom(settings),
        byIdentity: true,
        grantPull: { settings, found },
      });
      const { name } = the(resources, type);
      assert.equal(name, "shop-production-registry-production");
      assert.ok(resources.length > of((await run(promoted())).resources, "none").length);
    });
  });
}
