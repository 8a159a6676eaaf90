/**
 * A script for a virtual machine's own shell: its Engine pulls an image with the machine's own identity in its cloud, a
 * service account or a managed identity. The token never leaves the machine, stands in no argument, and is gone when
 * the script ends.
 *
 * Arguments: the registry's host, and the image's reference with a digest. Needs `curl`, `sed` and `docker`.
 *
 * Sources: https://cloud.google.com/compute/docs/access/authenticate-workloads#applications,
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#get-a-token-using-http,
 * https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md (the exchange for a token of the registry)
 */
export const pullByIdentity = `set -eu
host=$1 reference=$2
if docker image inspect "$reference" >/dev/null 2>&1; then exit 0; fi
DOCKER_CONFIG=$(mktemp -d)
export DOCKER_CONFIG
trap 'rm -rf "$DOCKER_CONFIG"' EXIT
field() { sed -n 's/.*"'"$1"'" *: *"\\([^"]*\\)".*/\\1/p'; }
ask() { curl --fail --silent --show-error --retry 3 --max-time 30 "$@"; }
case $host in
*.pkg.dev | *gcr.io)
  user=oauth2accesstoken
  at=http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token
  token=$(ask --header 'Metadata-Flavor: Google' "$at" | field access_token)
  role=roles/artifactregistry.reader
  ;;
*)
  user=00000000-0000-0000-0000-000000000000
  at='http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com/'
  own=$(ask --header 'Metadata: true' "$at" | field access_token)
  token=$(printf 'grant_type=access_token&service=%s&access_token=%s' "$host" "$own" |
    ask --data @- "https://$host/oauth2/exchange" | field refresh_token)
  role=AcrPull
  ;;
esac
if [ -z "$token" ]; then
  echo "The machine has no identity that $host knows: give it one, with the role $role." >&2
  exit 1
fi
printf %s "$token" | docker login --username "$user" --password-stdin "$host" >/dev/null 2>&1 || {
  echo "The registry $host does not let the machine's identity in: grant it the role $role." >&2
  exit 1
}
docker pull --quiet "$reference" >/dev/null
`;
