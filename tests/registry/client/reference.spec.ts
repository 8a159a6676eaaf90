import assert from "node:assert/strict";

import { formatReference, parseReference } from "../../../registry/client/reference";

const hex = "0123456789abcdef".repeat(4);

describe("image references", () => {
  // As distribution/reference's ParseNormalizedNamed and TagNameOnly read them.
  const read: Record<string, string> = {
    postgres: "docker.io/library/postgres:latest",
    "postgres:16": "docker.io/library/postgres:16",
    "docker.io/postgres:16": "docker.io/library/postgres:16",
    "index.docker.io/library/postgres": "docker.io/library/postgres:latest",
    "grafana/loki:2.9": "docker.io/grafana/loki:2.9",
    "ghcr.io/owner/app:v1.0-rc_1": "ghcr.io/owner/app:v1.0-rc_1",
    "localhost/app": "localhost/app:latest",
    "localhost:5000/app": "localhost:5000/app:latest",
    "127.0.0.1:5000/a/b/c:x": "127.0.0.1:5000/a/b/c:x",
    "[::1]:5000/app:1": "[::1]:5000/app:1",
    "MyHost/app": "MyHost/app:latest",
    "europe-docker.pkg.dev/project/repository/app": "europe-docker.pkg.dev/project/repository/app:latest",
    "a__b/c--d.e:1": "docker.io/a__b/c--d.e:1",
    [`redis@sha256:${hex}`]: `docker.io/library/redis@sha256:${hex}`,
    [`redis:7@sha256:${hex}`]: `docker.io/library/redis:7@sha256:${hex}`,
    [`registry:5000/app@sha512:${hex}${hex}`]: `registry:5000/app@sha512:${hex}${hex}`,
    "registry:5000": "docker.io/library/registry:5000",
  };
  for (const [text, full] of Object.entries(read)) {
    it(`reads ${text} as ${full}`, () => {
      assert.equal(formatReference(parseReference(text)), full);
      assert.equal(formatReference(parseReference(full)), full, "what was written reads the same again");
    });
  }

  const refused: Record<string, RegExp> = {
    "": /"" is not an image reference: it names no repository/,
    ":16": /":16" .* names no repository/,
    "Postgres:16": /"Postgres:16" .* must be lower case/,
    "ghcr.io/Owner/app": /"Owner\/app" must be lower case/,
    "postgres:": /"" is not a tag/,
    "postgres:a b": /"a b" is not a tag/,
    [`postgres:${"x".repeat(129)}`]: /is not a tag/,
    "postgres@sha256:12": /"sha256:12" is not a digest/,
    [`postgres@sha256:${hex}@sha256:${hex}`]: /more than one @/,
    "a//b": /is not a repository path/,
    "-a/b": /is not a repository path/,
    "exa mple.com/a": /is not a registry's host name/,
    "https://ghcr.io/owner/app": /is not an? /,
    [hex]: /64 hex digits alone are an image id/,
    [`docker.io/${"a".repeat(256)}`]: /is not a repository path/,
  };
  for (const [text, message] of Object.entries(refused)) {
    it(`refuses ${text.slice(0, 60) || "nothing"}`, () => {
      assert.throws(() => parseReference(text), message);
    });
  }
});
