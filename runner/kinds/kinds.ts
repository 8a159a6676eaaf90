import { command } from "./command";
import { container, network, remoteImage, volume } from "./docker";
import type { Kind } from "./kind";
import { randomId, randomPassword } from "./random";

/** A provider's own settings: which Engine, which logins. */
const provider: Kind = { replaces: () => false, create: async () => ({ id: "provider" }), update: async () => ({}) };

const kinds: Record<string, Kind | undefined> = {
  "pulumi:providers:docker": provider,
  "docker:index/container:Container": container,
  "docker:index/network:Network": network,
  "docker:index/volume:Volume": volume,
  "docker:index/remoteImage:RemoteImage": remoteImage,
  "command:local:Command": command,
  "random:index/randomId:RandomId": randomId,
  "random:index/randomPassword:RandomPassword": randomPassword,
};

/** @throws Error naming a type that the runner does not know */
export function kindOf(type: string): Kind {
  const kind = kinds[type];
  if (kind) return kind;
  throw new Error(
    `The runner does not know the resource type ${type}: it is for stages on this machine; bring this one up with Pulumi (https://www.pulumi.com/docs/install/).`,
  );
}
