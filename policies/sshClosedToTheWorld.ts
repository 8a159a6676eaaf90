import { notKnown, records, text, texts, type Declared, type Inputs } from "./declared";
import type { Rule } from "./rule";

/** An SSH port that the whole world reaches is attacked, so a firewall names the addresses that may reach it. */
export const sshClosedToTheWorld: Rule = {
  name: "ssh-closed-to-the-world",
  description: "No firewall of a cloud lets the whole world reach the SSH port.",
  problems(resource) {
    return openings(resource).map(
      (rule) =>
        `${rule} lets every address reach the SSH port: name those that need it, as in slipway:machine.sshFrom: [203.0.113.7/32], or on Google Cloud none, for Identity-Aware Proxy.`,
    );
  },
};

/** Names each rule of a firewall that opens SSH to the world. */
function openings({ type, name, inputs }: Declared): string[] {
  if (type === "gcp:compute/firewall:Firewall") return opensInGoogle(inputs) ? [name] : [];
  if (/^azure-native:network(\/v\d+\w*)?:SecurityRule$/.test(type)) return opensInAzure(inputs) ? [name] : [];
  if (!/^azure-native:network(\/v\d+\w*)?:NetworkSecurityGroup$/.test(type)) return [];
  return records(inputs["securityRules"])
    .filter(opensInAzure)
    .map((rule) => `${name} (its rule ${text(rule["name"]) ?? "without a name"})`);
}

/**
 * https://cloud.google.com/firewall/docs/firewalls: without a source everybody is meant, and without ports all ports.
 */
function opensInGoogle(inputs: Inputs): boolean {
  const { direction = "INGRESS", disabled, allows, sourceRanges, sourceTags, sourceServiceAccounts } = inputs;
  if (direction !== "INGRESS" || disabled === true || sourceRanges === notKnown) return false;
  const named = [sourceTags, sourceServiceAccounts].some((who) => who === notKnown || texts(who).length > 0);
  const everybody = texts(sourceRanges).length === 0 ? !named : texts(sourceRanges).some(isWorld);
  return (
    everybody &&
    records(allows).some(({ protocol, ports }) => {
      const some = texts(ports);
      return (
        /^(tcp|6|all)$/i.test(text(protocol) ?? "") &&
        (ports === notKnown ? false : some.length === 0 || some.some(holdsSsh))
      );
    })
  );
}

/** https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview */
function opensInAzure(rule: Inputs): boolean {
  const { direction, access, protocol } = rule;
  const ports = [...texts(rule["destinationPortRange"]), ...texts(rule["destinationPortRanges"])];
  const from = [...texts(rule["sourceAddressPrefix"]), ...texts(rule["sourceAddressPrefixes"])];
  return (
    direction === "Inbound" &&
    access === "Allow" &&
    /^(tcp|\*)$/i.test(text(protocol) ?? "") &&
    ports.some(holdsSsh) &&
    from.some(isWorld)
  );
}

/** Whether `22`, a range with it, or all ports are given. */
function holdsSsh(ports: string): boolean {
  const [first = "", last = first] = ports.split("-");
  return ports === "*" || (Number(first) <= 22 && Number(last) >= 22);
}

/** Half of the world counts as the world: the largest network that anybody owns is a /8. */
function isWorld(range: string): boolean {
  if (/^(\*|any|internet)$/i.test(range)) return true;
  const bits = /\/(\d+)$/.exec(range)?.[1];
  return bits !== undefined && Number(bits) < 8;
}
