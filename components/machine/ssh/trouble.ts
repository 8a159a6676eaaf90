import { nameOf, type SshMachine } from "./host";

type Sentence = (machine: SshMachine, said: string) => string;

/** What `ssh` says, and what it means for whoever wrote the settings; the first that fits. */
const known: [RegExp, Sentence][] = [
  [
    /host key verification failed|identification has changed|no .* host key is known/i,
    ({ host, port, jump }) =>
      `${jump ? "It or the jump host" : "It"} shows another host key than slipway:machine says: make sure that it is the host that you mean (ssh-keyscan -p ${port} ${host} shows its keys), then correct hostKey.`,
  ],
  [
    /error in libcrypto|invalid format|bad permissions|incorrect passphrase|is encrypted/i,
    () =>
      "slipway:machine.key is no private key that ssh can read without a passphrase: give the text of the file, as in pulumi config set --secret --path slipway:machine.key < ~/.ssh/id_ed25519.",
  ],
  [
    /permission denied/i,
    ({ user, key }) =>
      `It refuses the login of ${user}: put the public key into that user's authorized_keys there, ${key === undefined ? "or give its private key in slipway:machine.key (no key was given, so ssh tried its agent's)" : "or correct slipway:machine.user or .key"}.`,
  ],
  [
    /could not resolve hostname|name or service not known/i,
    () => "Its name leads nowhere: correct slipway:machine.host.",
  ],
  [
    /connection refused/i,
    ({ port }) => `Nothing answers at port ${port} there: start its SSH server, or correct slipway:machine.port.`,
  ],
  [
    /timed out|no route to host|network is unreachable|host is down/i,
    () => "It does not answer: start it, let this machine through its firewall, or correct slipway:machine.host.",
  ],
  [
    /open failed: (connect failed|administratively prohibited)|forwarding .*(failed|disabled)/i,
    () =>
      "Its SSH server forwards nothing: set AllowTcpForwarding and AllowStreamLocalForwarding to yes in its sshd_config.",
  ],
];

/**
 * Says in a sentence or two why a machine cannot be reached.
 *
 * @param said what `ssh` wrote on standard error
 */
export function sshTrouble(machine: SshMachine, said: string): string {
  const sentence = known.find(([pattern]) => pattern.test(said))?.[1];
  const last = said.trim().split("\n").at(-1)?.trim() || "ssh ended without a word";
  return `The machine ${nameOf(machine)} cannot be reached. ${sentence ? sentence(machine, said) : `ssh says: ${last.replace(/\.?$/, ".")}`}`;
}
