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
  const rules = records(inputs["securityRules"]);
  const open = rules.filter(opensInAzure).map((rule) => `${name} (its rule ${text(rule["name"]) ?? "without a name"})`);
  // What no rule does alone, all together may do.
  return open.length === 0 && isWorld(rules.flatMap(sourcesOfSsh)) ? [`${name} (its rules together)`] : open;
}

/**
 * https://cloud.google.com/firewall/docs/firewalls: without a source everybody is meant, and without ports all ports.
 */
function opensInGoogle(inputs: Inputs): boolean {
  const { direction = "INGRESS", disabled, allows, sourceRanges, sourceTags, sourceServiceAccounts } = inputs;
  if (direction !== "INGRESS" || disabled === true || sourceRanges === notKnown) return false;
  const named = [sourceTags, sourceServiceAccounts].some((who) => who === notKnown || texts(who).length > 0);
  const everybody = texts(sourceRanges).length === 0 ? !named : isWorld(texts(sourceRanges));
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
  return isWorld(sourcesOfSsh(rule));
}

/** The addresses that a rule lets reach the SSH port. */
function sourcesOfSsh(rule: Inputs): string[] {
  const { direction, access, protocol } = rule;
  const ports = [...texts(rule["destinationPortRange"]), ...texts(rule["destinationPortRanges"])];
  const from = [...texts(rule["sourceAddressPrefix"]), ...texts(rule["sourceAddressPrefixes"])];
  const lets =
    direction === "Inbound" && access === "Allow" && /^(tcp|\*)$/i.test(text(protocol) ?? "") && ports.some(holdsSsh);
  return lets ? from : [];
}

/** Whether `22`, a range with it, or all ports are given. */
function holdsSsh(ports: string): boolean {
  const [first = "", last = first] = ports.split("-");
  return ports === "*" || (Number(first) <= 22 && Number(last) >= 22);
}

/**
 * Half of the world counts as the world, also in parts: the largest network that anybody owns is a /8, so that two of that size are nobody's own.
 * Private addresses (RFC 1918, 6598, 4193) belong to no world.
 */
function isWorld(ranges: readonly string[]): boolean {
  const shares = { 4: 0, 6: 0 };
  for (const range of new Set(ranges)) {
    if (/^(\*|any|internet)$/i.test(range)) return true;
    const bits = Number(/\/(\d+)$/.exec(range)?.[1]);
    if (!Number.isNaN(bits) && !isPrivate(range, bits)) shares[range.includes(":") ? 6 : 4] += 2 ** -bits;
  }
  return Object.values(shares).some((share) => share >= 2 ** -7);
}

function isPrivate(range: string, bits: number): boolean {
  const [address = ""] = range.split("/");
  return ownNetworks.some(([form, least]) => form.test(address) && bits >= least);
}

const ownNetworks: readonly [RegExp, number][] = [
  [/^10\./, 8],
  [/^172\.(1[6-9]|2\d|3[01])\./, 12],
  [/^192\.168\./, 16],
  [/^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./, 10],
  [/^f[cd][0-9a-f]{2}:/i, 7],
];
