import * as messages from "@pulumi/pulumi/proto/analyzer_pb";

/** How strict the configuration has a policy be; what it does not mention is as strict as the pack says. */
export type Levels = ReadonlyMap<string, "off" | "advisory" | "mandatory">;

/** How the engine's messages number them (pulumi/pulumi: proto/pulumi/analyzer.proto, `EnforcementLevel`). */
const numbers: Readonly<Record<number, "off" | "advisory" | "mandatory">> = {
  0: "advisory",
  1: "mandatory",
  2: "off",
  3: "mandatory",
};

interface PolicyConfig {
  getEnforcementlevel(): number;
}

interface ConfigMap {
  entries(): IterableIterator<[string, PolicyConfig]>;
  del(name: string): void;
}

interface Request {
  getPolicyconfigMap(): ConfigMap;
}

/**
 * Listens to the engine as it tells the pack how strict each policy is to be. The SDK keeps that to itself, and never calls a policy that is off: so one
 * that says which are off has to know it from here, and must itself be out of the configuration's reach.
 *
 * @param alwaysOn the policy that no configuration switches off
 * @param hear gets the levels, before the first resource is looked at
 */
export function hearLevels(
  alwaysOn: string,
  hear: (levels: Levels) => void,
  message: object = messages.ConfigureAnalyzerRequest.prototype,
): void {
  const request = message as Request;
  const given = request.getPolicyconfigMap;
  request.getPolicyconfigMap = function (this: Request): ConfigMap {
    const map = given.call(this);
    map.del(alwaysOn);
    hear(
      new Map([...map.entries()].map(([name, config]) => [name, numbers[config.getEnforcementlevel()] ?? "mandatory"])),
    );
    return map;
  };
}
