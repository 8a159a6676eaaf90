import { Instance } from "@pulumi/gcp/compute";
import { Account } from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";
import { PrivateKey } from "@pulumi/tls";
import {
  cloudName,
  type FoundDisk,
  generationOf,
  MachineKeys,
  type StageId,
  startupScript,
  type Vm,
} from "slipway/cloud";
import { calledIn, dataDisk } from "./disk";
import { GceNetwork } from "./network";
import type { GceSettings } from "./settings";

/** Inputs of {@link GceMachine}. */
export interface GceMachineArgs {
  /** The stage that declares it. */
  stage: StageId;
  settings: GceSettings;
  /** Ports of the machine on which the stage's HTTP services are published, which are open unless there is a tunnel. */
  ports?: number[];
  /** The stage's data disk where it is there already, as `findDisk` finds it. */
  found?: FoundDisk;
  /** When the VM of the last update was found to be gone, so that another is to be made; undefined: it was not. */
  gone?: string;
}

const device = "slipway-data";

/**
 * A VM on Google Compute Engine with a network of its own, an address that stays, and a disk for all its data that outlives both the
 * VM and the stage. Where it is replaced (another image, other keys) the old VM goes first, as one disk is on one VM.
 */
export class GceMachine extends pulumi.ComponentResource implements Vm {
  readonly address: pulumi.Output<string>;
  readonly user: string;
  readonly hostKey: pulumi.Output<string>;
  readonly privateKey: pulumi.Output<string>;
  readonly proxyCommand?: string;
  readonly made: pulumi.Output<string>;
  readonly reader: pulumi.Output<string>;
  /** The e-mail address of the service account that the VM acts as. */
  readonly serviceAccount: pulumi.Output<string>;

  constructor(
    name: string,
    { stage, settings, ports = [], found, gone }: GceMachineArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:machine:GceMachine", name, {}, opts);
    const { project, zone, user, sshFrom } = settings;
    const called = calledIn(stage);
    const labels = { slipway: called };
    const own = { parent: this };
    const keys = new MachineKeys(`${name}-keys`, PrivateKey, own);
    const network = new GceNetwork(
      `${name}-network`,
      { ...settings, called, region: regionOf(zone), published: ports },
      own,
    );
    const account = new Account(
      `${name}-account`,
      { project, accountId: `${cloudName(stage, 27)}-vm`, displayName: `The machine of ${called}` },
      own,
    );
    const vm = new Instance(
      `${name}-vm`,
      {
        project,
        zone,
        name: called,
        machineType: settings.size,
        allowStoppingForUpdate: true,
        bootDisk: {
          autoDelete: true,
          initializeParams: { image: settings.image, size: 20, type: bootType(settings), labels },
        },
        attachedDisks: [
          { source: dataDisk(name, { settings, found, called, labels }, own), deviceName: device, mode: "READ_WRITE" },
        ],
        networkInterfaces: [
          { subnetwork: network.subnetwork, accessConfigs: [{ natIp: network.address, networkTier: "PREMIUM" }] },
        ],
        // What the account may do is for its roles to say.
        serviceAccount: { email: account.email, scopes: ["https://www.googleapis.com/auth/cloud-platform"] },
        shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
        scheduling: { automaticRestart: true, onHostMaintenance: "MIGRATE" },
        metadata: {
          "block-project-ssh-keys": "TRUE",
          "enable-oslogin": "FALSE",
          "serial-port-enable": "FALSE",
          "startup-script": startup(settings, keys),
        },
        labels,
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        // A start-up script that is changed counts from the next boot on; who may log in must not wait for that.
        replacementTrigger: pulumi.interpolate`${user} ${keys.fingerprint} ${generationOf(name, gone, own)}`,
      },
    );
    this.address = network.address;
    this.user = user;
    this.hostKey = keys.hostPublic;
    this.privateKey = keys.loginPrivate;
    this.serviceAccount = account.email;
    this.reader = account.email;
    // Another machine type stops it and starts it again.
    this.made = pulumi.interpolate`${vm.instanceId} ${settings.size}`;
    if (sshFrom.length === 0) {
      this.proxyCommand = proxyCommand(called, settings);
    }
    this.registerOutputs({ address: this.address, user, hostKey: this.hostKey, proxyCommand: this.proxyCommand });
  }
}

/**
 * The machine types that take no disk but a Hyperdisk (C4, N4 and their like) boot from one as well. Those of the first two generations
 * (E2, N2) boot from none, also where they take one for data.
 *
 * @see https://cloud.google.com/compute/docs/disks/hyperdisks#machine-type-support
 */
function bootType({ disk, size }: GceSettings): string {
  const generation = Number(/^[a-z]+(\d+)/.exec(size)?.[1]);
  return disk.type.startsWith("hyperdisk-") && generation > 2 ? "hyperdisk-balanced" : "pd-balanced";
}

function startup({ user, updates }: GceSettings, keys: MachineKeys): pulumi.Output<string> {
  return pulumi.secret(
    pulumi.all([keys.loginPublic, keys.hostPrivate]).apply(([authorizedKey, hostKey]) =>
      startupScript({
        user,
        authorizedKey,
        hostKey,
        disks: [`/dev/disk/by-id/google-${device}`],
        // The metadata server, by HTTP and HTTPS; on another port of it DNS, which containers need.
        closed: ["169.254.169.254:80", "169.254.169.254:443"],
        updates,
      }),
    ),
  );
}

/**
 * How `ssh` reaches a VM whose SSH port is open to Identity-Aware Proxy alone: through Google's `gcloud`, as whoever is logged in there.
 *
 * @see https://cloud.google.com/sdk/gcloud/reference/compute/start-iap-tunnel
 */
export function proxyCommand(instance: string, { project, zone }: Pick<GceSettings, "project" | "zone">): string {
  return `gcloud compute start-iap-tunnel ${instance} %p --listen-on-stdin --project=${project} --zone=${zone} --verbosity=error`;
}

/** The region of a zone: `europe-west1` for `europe-west1-b`. */
export function regionOf(zone: string): string {
  return zone.slice(0, zone.lastIndexOf("-"));
}
