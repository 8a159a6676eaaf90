import { nameOf, type SshMachine } from "./host";

type Sentence = (machine: SshMachine, said: string) => string;

/** What `ssh` says, and what is to be changed in the settings or on the machine; the first that fits counts. */
const known: [RegExp, Sentence][] = [
  [
    /gcloud: (command )?not found/i,
    () =>
      "It is reached through Google's Identity-Aware Proxy, for which gcloud has to be on PATH: install it (https://cloud.google.com/sdk/docs/install), or let your address in with slipway:machine.sshFrom.",
  ],
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
    ({ jump, key, ...machine }, said) => {
      const isJump = jump !== undefined && said.includes(`${jump.user}@${jump.host}: `);
      const { user } = isJump ? jump : machine;
      const setting = isJump ? "slipway:machine.jump.user" : "slipway:machine.user";
      return `${isJump ? "The jump host" : "It"} refuses the login of ${user}: put the public key into that user's authorized_keys there, ${key === undefined ? "or give its private key in slipway:machine.key (no key was given, so ssh tried its agent's)" : `or correct ${setting} or slipway:machine.key`}.`;
    },
  ],
  [
    // What the jump host says of why is often no more than that it failed; over a shared connection, that its request did.
    /stdio forwarding (request )?failed/i,
    ({ host, port }) =>
      `The jump host does not get through to port ${port} of ${host}: start the SSH server there, correct slipway:machine.host or .port, or let the jump host forward connections (AllowTcpForwarding).`,
  ],
  [
    /could not resolve hostname|name or service not known/i,
    ({ jump }) =>
      jump
        ? "The jump host's name leads nowhere: correct slipway:machine.jump.host."
        : "Its name leads nowhere: correct slipway:machine.host.",
  ],
  [
    /connection refused/i,
    ({ port, jump }) =>
      jump
        ? `Nothing answers at port ${jump.port} of the jump host: start its SSH server, or correct slipway:machine.jump.port.`
        : `Nothing answers at port ${port} there: start its SSH server, or correct slipway:machine.port.`,
  ],
  [
    /timed out|no route to host|network is unreachable|host is down/i,
    ({ jump }) =>
      `${jump ? "The jump host" : "It"} does not answer: start it, let this machine through its firewall, or correct slipway:machine.${jump ? "jump." : ""}host.`,
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
