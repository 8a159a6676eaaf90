import { z } from "zod";
import type { MachineKindSettings } from "./machineKind";
import { wholeNumber } from "./numbers";
import { textLike } from "./texts";

const hostName = z
  .string({ error: "a host's name or address, such as shop.example.com" })
  .regex(/^(?!-)[A-Za-z0-9._:-]+$/, "a host's name or address alone, such as shop.example.com");

const userWanted = "a user's name, such as deploy";

const userName = z.string({ error: userWanted }).regex(/^[A-Za-z_][A-Za-z0-9._-]*$/, userWanted);

const hostKeyWanted =
  "the host's public key, such as ssh-ed25519 AAAA…, or a list of them (ssh-keyscan <host> shows them behind the host's name; compare them with what the host's owner says)";

const oneHostKey = z
  .string({ error: hostKeyWanted })
  .trim()
  .regex(/^(ssh-|ecdsa-|sk-)[\w@.-]+ [A-Za-z0-9+/]+=*( .*)?$/, hostKeyWanted)
  // Words behind the key are a comment.
  .transform((text) => text.split(" ").slice(0, 2).join(" "));

const hostKey = z
  .union([oneHostKey, z.array(oneHostKey).min(1)], { error: hostKeyWanted })
  .transform((value) => (typeof value === "string" ? [value] : value));

const sshHost = {
  host: hostName.describe("Its name or address."),
  port: wholeNumber(1, 65535).default(22).describe("Where its SSH server listens."),
  user: userName.default("root").describe("Who logs in, and may use Docker there."),
  hostKey: hostKey.describe("By which key, or which of some, the host is known."),
};

/** A machine that is reached over SSH. */
export const sshMachine = z.strictObject({
  kind: z.literal("ssh"),
  ...sshHost,
  key: textLike(/\S/, "the private key as text, a secret")
    .optional()
    .describe("The private key as text, a secret; unset: the keys that `ssh` has at hand, such as an agent's."),
  jump: z.strictObject(sshHost).optional().describe("The host on the way there."),
});

/** How a machine that is reached over SSH is written. */
export const ssh: MachineKindSettings<typeof sshMachine> = {
  schema: sshMachine,
  written: "{ kind: ssh, host: …, hostKey: … }",
  secret: ["key"],
};
