import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { stageLabels, type StageId } from "../../docker/labels";
import { htpasswd } from "../../registry/htpasswd";
import type { Login } from "../../settings/registryPlan";
import { beforeCreate } from "../beforeCreate";
import { confined } from "../confined";

/** Inputs of {@link LocalRegistry}. */
export interface LocalRegistryArgs {
  /** The stage that declares it. */
  stage: StageId;
  /** The port on the machine's loopback address. */
  port: number;
  /** The registry program's image. */
  image: string;
  /** Stops the one that is there before a new one is made; undefined: the engine deletes it first. */
  yields?: pulumi.ResourceHook;
}

/**
 * A registry on the machine's loopback address, which nothing outside of the machine reaches. What is on the machine does not either: it is
 * alone on a network of its own, and a login that is made up guards it against what shares the machine's network, and against
 * other people there. Its data lies on a volume that nothing deletes.
 */
export class LocalRegistry extends pulumi.ComponentResource {
  /** What must be there before anything is pushed or pulled. */
  readonly container: docker.Container;
  /** Who may read, write and delete, which is a secret; unknown in the preview that comes before it is made. */
  readonly login: pulumi.Output<Login>;

  constructor(name: string, { stage, port, image, yields }: LocalRegistryArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:registry:LocalRegistry", name, {}, opts);
    const labels = stageLabels(stage, {}, { role: "registry" });
    const data = new docker.Volume(
      `${name}-data`,
      { name: `${stage.project}-${stage.stage}-registry`, labels },
      { parent: this, retainOnDelete: true, ignoreChanges: ["labels"] },
    );
    const password = new random.RandomPassword(`${name}-password`, { length: 40, special: false }, { parent: this });
    this.login = pulumi.secret(password.result.apply((made) => ({ username, password: made })));
    // Without a name of its own, so that none which an update was killed at is in the way. Engines from 29 on tell which range they chose.
    const network = new docker.Network(`${name}-network`, { labels }, { parent: this, ignoreChanges: ["ipamConfigs"] });
    const program = new docker.RemoteImage(`${name}-image`, { name: image, keepLocally: true }, { parent: this });
    this.container = new docker.Container(
      `${name}-server`,
      {
        image: program.imageId,
        command: ["serve", configPath],
        uploads: [
          { file: configPath, content: config },
          { file: loginsPath, content: this.login.apply(htpasswd) },
        ],
        networksAdvanced: [{ name: network.name }],
        ports: [{ internal: 5000, external: port, ip: "127.0.0.1" }],
        volumes: [{ volumeName: data.name, containerPath: dataPath }],
        restart: "unless-stopped",
        ...confined(),
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        destroyGraceSeconds: 10,
        labels,
      },
      {
        parent: this,
        // Two of them cannot hold one port, nor write to one volume.
        deleteBeforeReplace: !yields,
        ...beforeCreate(yields),
        dependsOn: [program],
        replaceOnChanges: ["#initerror"],
      },
    );
    this.registerOutputs({ port });
  }
}

const username = "slipway";
const configPath = "/etc/slipway/registry.yml";
const loginsPath = "/etc/slipway/logins";
const dataPath = "/var/lib/registry";

// Without a cache of blob descriptions: one would claim blobs that a clean-up has taken away.
const config = `version: 0.1
log:
  level: warn
storage:
  filesystem:
    rootdirectory: ${dataPath}
  delete:
    enabled: true
auth:
  htpasswd:
    realm: slipway
    path: ${loginsPath}
http:
  addr: :5000
`;
