import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { BackupResult } from "../steps/backup";
import { stageLabels } from "../docker/labels";
import { Step } from "./step";
import { backupVolume } from "../backup/manifest";
import { shownBackup, type BackupPlan } from "../backup/plan";

/**
 * The backup before a stage's release changes, and the volume that all of them lie on. Neither an update nor a destroy deletes
 * the volume. The step runs where a backup is due, and in no other update.
 */
export class Backup extends pulumi.ComponentResource {
  /** What has to be done before the first container is touched. */
  readonly step: Step;
  /** The backup's name; null where there was nothing to save. */
  readonly id: pulumi.Output<string | null>;

  /** @param recipient the stage's own public key, which backups are encrypted for */
  constructor(name: string, plan: BackupPlan, recipient: pulumi.Output<string>, opts: pulumi.ComponentResourceOptions) {
    super("slipway:backup:Backup", name, {}, opts);
    const volume = new docker.Volume(
      backupVolume(plan),
      { name: backupVolume(plan), driver: "local", labels: stageLabels(plan, {}, { role: "backups" }) },
      { parent: this, retainOnDelete: true, ignoreChanges: ["driver", "driverOpts", "labels"] },
    );
    this.step = new Step(
      `${name}-step`,
      {
        run: "backup",
        shows: { BACKUP: shownBackup(plan) },
        input: recipient.apply((own) => ({ ...plan, recipient: own })),
      },
      {
        parent: this,
        dependsOn: [volume],
        // An update that changes no release leaves the step as the last promotion left it, whatever its input would be.
        ignoreChanges: plan.due ? [] : ["create", "environment", "stdin", "logging"],
      },
    );
    this.id = this.step.result<BackupResult>().apply(({ id }) => id);
    this.registerOutputs({ volume: volume.name });
  }
}
