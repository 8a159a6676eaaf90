import type * as pulumi from "@pulumi/pulumi";
import { log } from "../errors/log";
import type { Notice } from "../plan/notices";

/** Shows a plan's notices where a person looks at a preview or an update. */
export function notify(notices: readonly Notice[], resource: pulumi.Resource): void {
  for (const { level, text } of notices) {
    log[level === "warning" ? "warn" : "info"](text, resource);
  }
}
