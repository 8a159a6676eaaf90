/**
 * What the Docker Engine and registries say where they cannot do what they are asked, and what a person can do about it. The words are the
 * Engine's (moby: daemon/network, libnetwork, containerd; distribution).
 */
const remedies: [RegExp, string][] = [
  [
    /Pool overlaps with other one on this address space/,
    "Another network of the machine has that address range (docker network ls, docker network inspect): choose another subnet under networks: in the stage's overlay, or remove the network that nothing needs.",
  ],
  [
    /could not find an available, non-overlapping IPv4 address pool|all predefined address pools have been fully subnetted/,
    "The Engine has no address range left for another network: remove networks that nothing needs (docker network prune), or give it more ranges (default-address-pools in /etc/docker/daemon.json).",
  ],
  [
    /port is already allocated|address already in use|ports are not available/,
    "Something else on the machine holds that port (docker ps, ss -ltnp): stop it, or choose another port with the variable that the compose file has for it, or in the stage's overlay with ports: !override.",
  ],
  [
    /cannot assign requested address/,
    "The machine has no such address: publish the port on one that it has (ip address), or without an address.",
  ],
  [
    /no space left on device|disk quota exceeded/,
    "The machine's disk is full (df -h, docker system df): docker image prune --all gives back what no container uses; volumes hold data.",
  ],
  [
    /toomanyrequests|rate limit/i,
    "The registry lets this machine pull no more for a while: log in to it (docker login), wait, or read its images from a mirror (slipway:registry.mirrors).",
  ],
  [
    /pull access denied|repository does not exist or may require|unauthorized: authentication required|denied: requested access/,
    "The image's name is misspelt, or its registry wants a login that this machine does not have: correct the name, or docker login there.",
  ],
  [
    /manifest unknown|manifest for .* not found/,
    "The registry has no such tag or digest: correct the image's name, or push it.",
  ],
  [
    /no such host|Temporary failure in name resolution|server misbehaving/,
    "That name leads nowhere from this machine: correct it, or see to the machine's name servers (/etc/resolv.conf) and its way to the network.",
  ],
  [
    /x509: |certificate signed by unknown authority/,
    "The certificate of what was called is not trusted by the machine's Engine: put its authority into /etc/docker/certs.d/<host>/ca.crt there.",
  ],
  [
    /bind source path does not exist|failed to mount local volume: .*no such file or directory|failed to mount local storage/,
    "The folder of the machine that is mounted is not there: create it, or correct volumes: (a volume's driver_opts.device).",
  ],
  [
    /exec format error/,
    "The program in the image is made for another processor, or is a script without #! in its first line: build it for the machine's platform (platform:), or mend the script.",
  ],
  [
    /executable file not found in \$PATH|exec: ".*": stat .*: no such file or directory|exec .*: no such file or directory/,
    "The image has no such program: correct command: or entrypoint:; a script that is there may have a first line (#!) that names one that is not, or end its lines in CR LF.",
  ],
  [
    /exec: ".*": permission denied|exec .*: permission denied/,
    "That file of the image may not be executed: chmod +x it before the image is built.",
  ],
  [
    /permission denied while trying to connect to the Docker daemon/,
    "This user may not use Docker: add it to the group docker and log in again.",
  ],
  [
    /Cannot connect to the Docker daemon|error during connect/,
    "No Docker Engine answers: start Docker on the machine, then run the command again.",
  ],
  [
    /(conflict: unable to remove|volume is in use|has active endpoints)/,
    "Something that is not of this stage uses it (docker ps --all --filter volume=<name>, or --filter network=<name>): stop that first.",
  ],
];

/**
 * What to do about what the Engine says.
 *
 * @param said its words, whatever stands around them
 * @returns a sentence; undefined for words that are none of these
 */
export function remedyFor(said: string): string | undefined {
  return remedies.find(([words]) => words.test(said))?.[1];
}

/** A message of the Engine's with what to do about it below, where that is known and not said already. */
export function withRemedy(message: string): string {
  const remedy = remedyFor(message);
  return remedy === undefined || message.includes(remedy) ? message : `${message}\n${remedy}`;
}
