import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { remedyFor, withRemedy } from "../../docker/remedies";

/** What Engines (20.10, 29) and registries were seen to say, and what the sentence below has to name. */
const words: [string, RegExp][] = [
  ["Error response from daemon: Pool overlaps with other one on this address space", /another subnet/],
  [
    "Error response from daemon: invalid pool request: Pool overlaps with other one on this address space",
    /another subnet/,
  ],
  [
    "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
    /docker network prune/,
  ],
  ["all predefined address pools have been fully subnetted", /docker network prune/],
  [
    "driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:8080 failed: port is already allocated",
    /!override/,
  ],
  ["listen tcp4 0.0.0.0:80: bind: address already in use", /!override/],
  ["listen tcp4 10.9.9.9:80: bind: cannot assign requested address", /no such address/],
  ["write /var/lib/docker/tmp/x: no space left on device", /docker image prune --all/],
  ["toomanyrequests: You have reached your pull rate limit.", /mirrors/],
  ["pull access denied for nothing, repository does not exist or may require 'docker login'", /misspelt/],
  ["manifest for redis:nothing not found: manifest unknown: manifest unknown", /no such tag/],
  ["dial tcp: lookup registry.example.com: no such host", /leads nowhere/],
  ["x509: certificate signed by unknown authority", /certs\.d/],
  ['invalid mount config for type "bind": bind source path does not exist: /srv/nothing', /create it/],
  [
    "failed to mount local volume: mount /srv/x:/var/lib/docker/volumes/y/_data, flags: 0x1000: no such file or directory",
    /create it/,
  ],
  ["standard_init_linux.go:228: exec user process caused: exec format error", /another processor/],
  [
    'OCI runtime create failed: runc create failed: unable to start container process: exec: "nothing": executable file not found in $PATH: unknown',
    /no such program/,
  ],
  [
    'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "/x.sh": permission denied: unknown',
    /chmod \+x/,
  ],
  ["Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?", /start Docker/],
  [
    "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
    /group docker/,
  ],
  ["error while removing network: network back id 1a2b has active endpoints", /stop that first/],
];

describe("what the Docker Engine says", () => {
  for (const [said, names] of words) {
    it(`has a sentence that says what to do: ${said.slice(0, 60)}`, () => {
      assert.match(remedyFor(said) ?? "", names);
      assert.match(remedyFor(said) ?? "", /^[A-Z].*\.$/);
    });
  }

  it("is in the documentation, for those who read it from Pulumi's provider", () => {
    const page = readFileSync(join(__dirname, "../../docs/reliability.md"), "utf8").replaceAll(/\s+/g, " ");
    for (const [said] of words) assert.ok(page.includes(remedyFor(said) ?? "none"), said);
  });

  it("stays as it is, once, and stays alone where nothing is known about it", () => {
    const once = withRemedy("port is already allocated");
    assert.ok(once.startsWith("port is already allocated\n"));
    assert.equal(withRemedy(once), once);
    assert.equal(withRemedy("no such container"), "no such container");
  });
});
