import { quoted, type SecretManagerSecret } from "slipway/cloud";

/**
 * The value of a secret in Google's Secret Manager, read by Pulumi's own provider: whatever logs that in serves here. Of its two
 * functions for it this one needs the right to read the value alone.
 *
 * @throws Error saying why it cannot be read and what to do
 */
export async function readSecret({ project, secret, version }: SecretManagerSecret): Promise<string> {
  // The one file: the module's index would load them all.
  const { getSecretVersionAccess } = await import("@pulumi/gcp/secretmanager/getSecretVersionAccess.js");
  try {
    const newest = version === "latest";
    const { secretData } = await getSecretVersionAccess({ project, secret, version: newest ? undefined : version });
    return secretData;
  } catch (error) {
    throw new Error(explained((error as Error).message, { project, secret, version }), { cause: error });
  }
}

/** What the provider says in a page, as one sentence that ends with what to do. */
function explained(message: string, { project, secret, version }: Omit<SecretManagerSecret, "kind">): string {
  const of = project === undefined ? "" : ` of the project ${project}`;
  const flag = project === undefined ? "" : ` --project ${project}`;
  const remedies: [RegExp, string][] = [
    [
      /could not find default credentials|no credentials loaded|invalid_grant|invalid_rapt|oauth2:|error 401/i,
      "nobody is logged in to Google Cloud here: run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS",
    ],
    [
      /has not been used in project|SERVICE_DISABLED|it is disabled/i,
      `the project's Secret Manager is not turned on: run gcloud services enable secretmanager.googleapis.com${flag}`,
    ],
    [
      /error 404|not found or has no versions/i,
      `there is no version ${version} of the secret ${secret}${of}: correct the name, or make it with gcloud secrets create ${secret}${flag} --data-file=-`,
    ],
    [
      /is in (DISABLED|DESTROYED) state/i,
      `the version ${version} of the secret ${secret}${of} is disabled or destroyed: name another one, or add one with gcloud secrets versions add ${secret}${flag} --data-file=-`,
    ],
    [
      /error 403|permission/i,
      `whoever runs pulumi may not read the secret ${secret}${of}, or there is none of that name: grant them the role roles/secretmanager.secretAccessor on it, or correct the name`,
    ],
    [
      /project: required|project.*not set|no project/i,
      "it names no project, and the stage's settings name none: write gcp-secret://projects/<project>/secrets/<secret>, or set gcp:project",
    ],
  ];
  const known = remedies.find(([pattern]) => pattern.test(message));
  return known?.[1] ?? `Secret Manager cannot be asked: ${quoted(message)}`;
}
