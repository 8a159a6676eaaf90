import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stageLabels, type StageId } from "../../docker/labels";
import { beforeCreate } from "../beforeCreate";
import type { CertificateOrder } from "../../edge/acme";
import { ownImages } from "../../settings/ownImages";
import { confined, programFolder, readOnly } from "../confined";
import { certificatesName } from "../../edge/layout";

/** Inputs of {@link Certificates}. */
export interface CertificatesArgs extends CertificateOrder {
  stage: StageId;
  /** A network on which the edge finds it, and which leads out. */
  network: pulumi.Input<string>;
  /** Stops the one that is there before a new one is made; undefined: the engine deletes it first. */
  yields?: pulumi.ResourceHook;
}

const paths = {
  program: `${programFolder}/certificates.sh`,
  authority: `${programFolder}/authority.pem`,
  store: "/var/lib/certificates",
};

/**
 * What gets a stage its certificates by ACME, and renews them: the authority asks on port 80, the edge passes that on to here, and
 * takes the certificate from the volume.
 */
export class Certificates extends pulumi.ComponentResource {
  /** The Engine's name of the volume with the certificates. */
  readonly volume: pulumi.Output<string>;
  readonly container: docker.Container;

  constructor(name: string, args: CertificatesArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:edge:Certificates", name, {}, opts);
    const { stage, domains, email, server, authority, network, yields } = args;
    const labels = stageLabels(stage, {}, { role: "certificates" });
    const program = new docker.RemoteImage(
      `${name}-image`,
      { name: ownImages.acme, keepLocally: true },
      { parent: this },
    );
    // Authorities give out only so many a week: what is there is kept.
    const volume = new docker.Volume(
      `${name}-volume`,
      { name, labels: stageLabels(stage, {}) },
      { parent: this, retainOnDelete: true, ignoreChanges: ["driver", "driverOpts", "labels"] },
    );
    this.volume = volume.name;
    const written = readOnly("sh", paths.program, {
      [paths.program]: readFileSync(join(__dirname, "certificates.sh"), "utf8"),
      ...(authority ? { [paths.authority]: authority } : {}),
    });
    this.container = new docker.Container(
      `${name}-keeper`,
      {
        image: program.imageId,
        ...written,
        // It gives the certificate to the edge's user.
        ...confined("CAP_CHOWN"),
        envs: [
          ...written.envs,
          `DOMAINS=${domains.join(" ")}`,
          `EMAIL=${email}`,
          `SERVER=${server}`,
          ...(authority ? [`LEGO_CA_CERTIFICATES=${paths.authority}`] : []),
        ],
        volumes: [{ volumeName: volume.name, containerPath: paths.store }],
        networksAdvanced: [{ name: network, aliases: [certificatesName] }],
        restart: "unless-stopped",
        memory: 128,
        memorySwap: 128,
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        destroyGraceSeconds: 10,
        labels,
      },
      {
        parent: this,
        // Two of them would use up twice what an authority allows.
        deleteBeforeReplace: !yields,
        ...beforeCreate(yields),
        dependsOn: [program],
        replaceOnChanges: ["#initerror"],
      },
    );
    this.registerOutputs({});
  }
}
