import * as pulumi from "@pulumi/pulumi";
import type { Application } from "../../plan/application";
import type { Mounted } from "./files";
import type { PlannedFile } from "../../application/mounts";
import { Secrets } from "../../application/secrets";

/** What each service mounts, with the secrets put in, as Pulumi secrets. */
export function mountedFiles({ mounts, secrets }: Pick<Application, "mounts" | "secrets">): Record<string, Mounted[]> {
  return Object.fromEntries(
    Object.entries(mounts).map(([service, planned]) => [
      service,
      planned.map(({ target, files, bundle }) => ({
        target,
        files: files.map(({ path, content, permissions }) => ({
          path,
          permissions,
          contentBase64: encode(content, secrets),
        })),
        ...(bundle === undefined ? {} : { bundle }),
      })),
    ]),
  );
}

/** What of the release the volumes of paths begin with, by their key. */
export function seedFiles({ seeds, secrets }: Pick<Application, "seeds" | "secrets">): Record<string, Mounted> {
  const mounts = Object.fromEntries(Object.entries(seeds).map(([key, seed]) => [key, [seed]]));
  const files = Object.entries(mountedFiles({ mounts, secrets }));
  return Object.fromEntries(files.flatMap(([key, [seed]]) => (seed ? [[key, seed]] : [])));
}

function encode(content: PlannedFile["content"], secrets: Secrets): pulumi.Input<string> {
  if ("bytes" in content) {
    return base64(content.bytes);
  }
  if ("secret" in content) {
    return pulumi.secret(base64(content.secret));
  }
  if (!content.isSecret && Secrets.namesIn(content.text).length === 0) {
    return base64(Buffer.from(content.text));
  }
  return pulumi.secret(pulumi.output(secrets.reveal(content.text)).apply((text) => base64(Buffer.from(text))));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
