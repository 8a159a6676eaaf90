import type { Declared, Inputs } from "../components/engine";

/** The stage that the machines of these tests are of. */
export const stage = { project: "shop", stage: "staging" };

/** What is known of keys once they are made: made up, and told apart by name. */
export const keys = {
  "tls:index/privateKey:PrivateKey": (name: string): Inputs => ({
    publicKeyOpenssh: `ssh-ed25519 AAAA-${name}\n`,
    privateKeyOpenssh: `private ${name}\n`,
  }),
};

/** What both clouds know of what they have made. */
export const cloudsKnow = {
  ...keys,
  "gcp:compute/address:Address": () => ({ address: "203.0.113.10" }),
  "gcp:compute/instance:Instance": () => ({ instanceId: "4711" }),
  "gcp:serviceaccount/account:Account": () => ({ email: "vm@shop-123456.example.com" }),
  "azure-native:network:PublicIPAddress": () => ({
    ipAddress: "203.0.113.20",
    dnsSettings: { fqdn: "shop-production-1a2b3c.westeurope.cloudapp.azure.com" },
  }),
  "azure-native:compute:VirtualMachine": () => ({ vmId: "4712" }),
  "azure-native:managedidentity:UserAssignedIdentity": () => ({ principalId: "vm-principal" }),
};

/** Every resource of a cloud that was declared, by its name: its type and all that it was given, secrets hidden. */
export function inputsIn(resources: Declared[], cloud: string): Record<string, [string, Inputs]> {
  const found = resources.filter(({ type }) => type.startsWith(`${cloud}:`));
  return Object.fromEntries(found.map(({ name, type, exposed }) => [name, [type, exposed]]));
}

/** The names of resources that have an option. */
export function having(resources: Declared[], option: (resource: Declared) => boolean): string[] {
  return resources
    .filter(option)
    .map(({ name }) => name)
    .sort();
}

/** What a provider's function ends with, as it reaches a program: the engine puts the message into `details`. */
export function providerError(details: string): Error {
  return Object.assign(new Error(details), { details });
}
