import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { findCloudRegistry, type CloudRegistryPlan } from "../../plan/cloudRegistry";
import { registriesOf } from "../../registry/cloud";
import type { HostedSettings } from "../../settings/registry";
import { chooseRegistry } from "../../registry/choose";
import { acr, artifactRegistry } from "../../settings/registries";
import { declare, of, step, the, type Declared, type Inputs } from "../components/engine";
import { building, promoted, run } from "../components/shop";

const google: HostedSettings = {
  ...artifactRegistry.parse({ kind: "artifact-registry", project: "shop-1234", location: "europe-west3" }),
  repository: "shop",
};
const azure: HostedSettings = acr.parse({ kind: "acr", name: "ShopReleases", location: "westeurope" });
const registryId =
  "/subscriptions/s-1/resourceGroups/shop-registry/providers/Microsoft.ContainerRegistry/registries/shopreleases";

type Answer = (args: Inputs) => Inputs;

const absent = (what: string): Answer => {
  return () => {
    throw Object.assign(new Error(what), { details: what });
  };
};

/** What is declared of a registry, and what its cloud was asked. */
async function declared(
  settings: HostedSettings,
  answer: Answer,
  readers: Record<string, string> = {},
): Promise<{ resources: Declared[]; asked: [string, Inputs][] }> {
  const asked: [string, Inputs][] = [];
  const call = ({ token, inputs }: pulumi.runtime.MockCallArgs): Inputs => {
    asked.push([token, inputs as Inputs]);
    return answer(inputs as Inputs);
  };
  const { resources } = await declare(
    { project: "shop", stage: "staging" },
    async () => {
      const plan = await findCloudRegistry(settings, "shop");
      const args = { ...plan, project: "shop", readers };
      const ready = registriesOf(settings).declare("shop-staging-registry", args, {});
      assert.ok(ready.length >= 1);
    },
    call,
  );
  return { resources, asked };
}

function granted(plan: CloudRegistryPlan, name: string, readers: Record<string, string>): pulumi.Resource[] {
  return registriesOf(plan.settings).grantPull(name, { ...plan, project: "shop", readers }, {});
}

const repository = "gcp:artifactregistry/repository:Repository";
const member = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember";
const group = "azure-native:resources:ResourceGroup";
const server = "azure-native:containerregistry:Registry";
const assignment = "azure-native:authorization:RoleAssignment";

describe("a repository of Artifact Registry", () => {
  const missing = absent("googleapi: Error 404: Requested entity was not found., notFound");

  it("is declared whole, and kept by a destroy", async () => {
    const { resources, asked } = await declared(google, missing);
    const wanted = { project: "shop-1234", location: "europe-west3", repositoryId: "shop" };
    assert.deepEqual(asked, [["gcp:artifactregistry/getRepository:getRepository", wanted]]);
    const { inputs, retainOnDelete, protect, imports, name } = the(resources, repository);
    assert.deepEqual(inputs, {
      ...wanted,
      format: "DOCKER",
      mode: "STANDARD_REPOSITORY",
      description: "Releases: images, and the ledger that names them",
      dockerConfig: { immutableTags: false },
    });
    assert.equal(name, "shop-staging-registry-repository");
    assert.deepEqual([retainOnDelete, protect, imports], [true, false, ""]);
    assert.deepEqual(of(resources, member), []);
    assert.equal("cleanupPolicies" in inputs, false);
  });

  it("is taken over where it is there already", async () => {
    const { resources } = await declared(google, () => ({ name: "shop" }));
    const { imports } = the(resources, repository);
    assert.equal(imports, "projects/shop-1234/locations/europe-west3/repositories/shop");
  });

  it("may be read by the service accounts that are given", async () => {
    const { resources } = await declared(google, missing, { machine: "vm@shop-1234.iam.gserviceaccount.com" });
    const { inputs, name } = the(resources, member);
    assert.equal(name, "shop-staging-registry-machine");
    assert.deepEqual(inputs, {
      project: "shop-1234",
      location: "europe-west3",
      repository: "shop",
      role: "roles/artifactregistry.reader",
      member: "serviceAccount:vm@shop-1234.iam.gserviceaccount.com",
    });
  });

  it("is refused where nobody may look for it, with what to do", async () => {
    const denied = absent("google: could not find default credentials.\n  See https://cloud.google.com/docs.");
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: denied });
    await assert.rejects(findCloudRegistry(google, "shop"), {
      message:
        "slipway:registry is one of Google Cloud, which does not tell whether it is there: log in with gcloud auth application-default login, and see to it that you may read it (it says: google: could not find default credentials. See https://cloud.google.com/docs).",
    });
  });
});

describe("an Azure Container Registry", () => {
  it("is not taken for missing where Azure does not know the subscription", async () => {
    const call = absent('Status=404 Code="SubscriptionNotFound" Message="The subscription could not be found."');
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call });
    await assert.rejects(findCloudRegistry(azure, "shop"), {
      message: /^Azure does not know where the registry shopreleases would be: check the subscription, .* Code="Sub/,
    });
  });

  const missing = absent('Status=404 Code="ResourceNotFound" Message="The Resource was not found."');

  it("is declared whole, with a resource group of its own, without a password, and kept by a destroy", async () => {
    const { resources, asked } = await declared(azure, missing);
    const wanted = { registryName: "shopreleases", resourceGroupName: "shop-registry" };
    assert.deepEqual(asked, [["azure-native:containerregistry:getRegistry", wanted]]);
    const around = the(resources, group);
    assert.deepEqual(around.inputs, { resourceGroupName: "shop-registry", location: "westeurope" });
    const { inputs, retainOnDelete, protect, imports } = the(resources, server);
    assert.deepEqual(inputs, {
      registryName: "shopreleases",
      // The name that the group tells of itself.
      resourceGroupName: `${around.name}-1a2b3c4`,
      location: "westeurope",
      sku: { name: "Basic" },
      adminUserEnabled: false,
      // What the package fills in by itself.
      anonymousPullEnabled: false,
      networkRuleBypassOptions: "AzureServices",
      publicNetworkAccess: "Enabled",
      zoneRedundancy: "Disabled",
    });
    assert.deepEqual([retainOnDelete, protect, imports], [true, false, ""]);
    assert.deepEqual([around.retainOnDelete, around.imports], [true, ""]);
    assert.deepEqual(of(resources, assignment), []);
  });

  it("may be in a group that is there", async () => {
    const { resources } = await declared({ ...azure, resourceGroup: "company" } as HostedSettings, missing);
    assert.deepEqual(of(resources, group), []);
    assert.equal(the(resources, server).inputs["resourceGroupName"], "company");
  });

  it("is taken over where it is there already, and its group", async () => {
    // Azure tells names with capitals of its own.
    const { resources } = await declared(azure, () => ({ id: registryId.replace("shop-registry", "SHOP-Registry") }));
    assert.equal(the(resources, server).imports, registryId);
    assert.equal(the(resources, group).imports, "/subscriptions/s-1/resourceGroups/shop-registry");
  });

  it("may be pulled from by the identities that are given, and nothing else", async () => {
    const { resources } = await declared(azure, missing, { machine: "principal-1" });
    const { inputs } = the(resources, assignment);
    const scope = `${the(resources, server).name}-id`;
    assert.deepEqual(
      { ...inputs, roleDefinitionId: undefined },
      { scope, principalId: "principal-1", principalType: "ServicePrincipal", roleDefinitionId: undefined },
    );
    assert.match(
      inputs["roleDefinitionId"] as string,
      /\/providers\/Microsoft\.Authorization\/roleDefinitions\/7f951dda-4ed3-4680-a7ca-43fe172d538d$/,
    );
  });
});

describe("a machine of another stage", () => {
  const admitted = async (settings: HostedSettings, answer: Answer, reader: string): Promise<Declared[]> => {
    const { resources } = await declare(
      { project: "shop", stage: "production" },
      async () =>
        void granted(await findCloudRegistry(settings, "shop"), "shop-production-registry", { machine: reader }),
      ({ inputs }) => answer(inputs as Inputs),
    );
    return resources;
  };

  it("is let into a repository, and nothing else is declared", async () => {
    const resources = await admitted(google, () => ({ name: "shop" }), "vm@shop-1234.iam.gserviceaccount.com");
    assert.equal(resources.length, 1);
    assert.equal(the(resources, member).inputs["member"], "serviceAccount:vm@shop-1234.iam.gserviceaccount.com");
  });

  it("is let into a registry, and nothing else is declared", async () => {
    const resources = await admitted(azure, () => ({ id: registryId }), "principal-2");
    assert.equal(resources.length, 1);
    assert.deepEqual(the(resources, assignment).inputs, {
      scope: registryId,
      principalId: "principal-2",
      principalType: "ServicePrincipal",
      roleDefinitionId:
        "/subscriptions/s-1/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
    });
  });

  it("is not let into a registry that there is not", async () => {
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: absent("ResourceNotFound") });
    const plan = await findCloudRegistry(azure, "shop");
    assert.throws(() => granted(plan, "r", { machine: "p" }), /There is no registry shopreleases in Azure yet: /);
  });
});

describe("which stage declares a cloud's registry", () => {
  const around = { settings: google, ownRegistry: true, builds: true, stage: "shop/staging" };
  const address = "europe-west3-docker.pkg.dev/shop-1234/shop";

  it("is the one that builds", () => {
    assert.deepEqual(chooseRegistry(around), { registry: { address }, runsLocally: undefined, cloud: google });
    const { registry } = chooseRegistry({ ...around, settings: azure });
    assert.deepEqual(registry, { address: "shopreleases.azurecr.io" });
  });

  it("is no other: that learns of it from the stage it promotes from, or from that one's settings", () => {
    const promoting = { ...around, builds: false, ownRegistry: false, stage: "shop/production" };
    assert.equal(chooseRegistry({ ...promoting, source: { address } }).cloud, undefined);
    assert.deepEqual(chooseRegistry({ ...promoting, source: { address } }).registry, { address });
    assert.equal(chooseRegistry(promoting).cloud, undefined);
    assert.deepEqual(chooseRegistry(promoting).registry, { address });
  });
});

describe("a stage with a cloud's registry", () => {
  const address = "europe-west3-docker.pkg.dev/shop-1234/shop";
  const plan = async (base = building()) => {
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: absent("not found") });
    const cloud = await findCloudRegistry(google, "shop");
    return { ...base, runsLocally: undefined, registry: { address }, cloud };
  };

  it("builds once it is there, and gives the provider no login", async () => {
    const { resources, result } = await run(await plan());
    const { urn } = the(resources, repository);
    const builds = of(resources, step).filter(({ inputs }) => / build$/.test(inputs["create"] as string));
    assert.ok(builds.length > 0);
    for (const { dependsOn, name } of builds) assert.ok(dependsOn.includes(urn), name);
    assert.ok(the(resources, step, "-record").dependsOn.includes(urn));
    assert.equal(the(resources, "pulumi:providers:docker").inputs["registryAuth"], undefined);
    assert.equal(result.registry, address);
  });

  it("declares nothing of it where it takes releases over", async () => {
    const { resources, result } = await run({ ...promoted(), registry: { address } });
    assert.deepEqual(of(resources, repository), []);
    assert.equal(result.registry, address);
  });
});
