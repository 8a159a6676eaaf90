import * as pulumi from "@pulumi/pulumi";
import type { Notice } from "../plan/notices";

/** Shows a plan's notices where a person looks at a preview or an update. */
export function notify(notices: readonly Notice[], resource: pulumi.Resource): void {
  for (const { level, text } of notices) {
    void (level === "warning" ? pulumi.log.warn(text, resource) : pulumi.log.info(text, resource));
  }
}
