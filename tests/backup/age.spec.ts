import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { backupIdentity, identitiesIn, identityKey, recipientOf } from "../../backup/age/keys";
import { decrypted, encrypted } from "../../backup/age/stream";
import { generateKeys } from "../../release/signing/keys";
import { Folder } from "../release/folder";

/** A pair, and what `age` 1.1.1 made for it. */
const identity = "AGE-SECRET-KEY-1ESZGV2JM6MMH2PF5H0MWG0UJVAC2YVUG2WASLWRTN9PVAGRWXV3QZPC699";
const recipient = "age1vj96uwa5dd6m7pwwnk7ta43emkjgtrpladxjc9tec0yh6l5829csta7vzg";
const stranger = "AGE-SECRET-KEY-15T4U56EXYM7TZRT9HCQ4DF6FVNTMMRQRJV8ZLMN9RPRR284ESCHQHF0S72";
const hello =
  "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSB0T3pVK1pXTWtaK0djV1lodVNDWStyRXRjRmUzdnZQQjRPMTFlVUY1cmxnCk85TmJBMTNnWk1RSjR2NVdmVWJyY09VUE9pR3Y2MW83cmJCRWxXUmN4ZjQKLS0tIEp2NldURHdUdTE0NHVNVXkzbVY0ZHZXL0x6a0dxMmdTc0o3K0RpMi9ZbjgKOhhplMAC2nMxZc7vos2ytFrqp3eOvolZu/sl+eSAZpLgzhbwicy7Jft/9eA=";
const nothing =
  "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBzMy9hY3BTVXVLbHhyY0E3bnVxcDExUjBjZ2Y3bGxGTHlkNlZXcDN2QlZNCjcvUWY1cC9HaExpcGtYY1h4SGRvSVRHeVZyMU5FaVJ3VEp0OWEyVWpPcEUKLS0tIGx4SlhZUUpsMTROOFpjRDV1OEtpajdBbmlaVFlnbEhkRG0wQnExRDhIN28Ki9Z8qM8JRl5ipAw/RzXW+9StmLgOw8/Z0lqAVsJoAnw=";

/** In pieces of a size that is no part of the format's. */
async function* cut(bytes: Buffer, size = 5000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

const seal = (bytes: Buffer, ...recipients: string[]): Promise<Buffer> => whole(encrypted(cut(bytes), recipients));

const open = (bytes: Buffer, ...identities: string[]): Promise<Buffer> =>
  whole(
    decrypted(
      cut(bytes),
      identities.map((one) => identityKey(one) ?? assert.fail()),
    ),
  );

const sizes = [0, 1, 65535, 65536, 65537, 131072, 300_000];

describe("the format of age", () => {
  it("is read as age itself writes it", async () => {
    assert.equal(recipientOf(identity), recipient);
    assert.equal((await open(Buffer.from(hello, "base64"), identity)).toString(), "hello\nworld\n");
    assert.equal((await open(Buffer.from(nothing, "base64"), stranger, identity)).length, 0);
  });

  for (const size of sizes) {
    it(`gives ${size} bytes back, to each recipient`, async () => {
      const bytes = randomBytes(size);
      const file = await seal(bytes, recipient, recipientOf(stranger));
      for (const one of [identity, stranger]) assert.ok((await open(file, one)).equals(bytes));
    });
  }

  it("holds nothing of what was written, and is another one each time", async () => {
    const text = Buffer.from("buy flour ".repeat(100));
    const [one, two] = [await seal(text, recipient), await seal(text, recipient)];
    assert.ok(!one.includes("flour"));
    assert.ok(!one.equals(two));
  });

  it("is refused without the right key, without its end, and with another bit anywhere", async () => {
    const file = await seal(randomBytes(65536 * 2), recipient);
    await assert.rejects(open(file, stranger), /none of the keys at hand fits/);
    const payload = file.indexOf("\n--- ") + 60;
    for (const length of [0, 10, 100, payload, file.length - 1, file.length - 65552, file.length - 65536]) {
      await assert.rejects(open(file.subarray(0, length), identity), /ends too early|altered/, `${length} bytes`);
    }
    // Without a whole piece, or with an empty one behind it.
    await assert.rejects(open(Buffer.concat([file, Buffer.alloc(16)]), identity), /ends too early|altered/);
    for (const at of [0, 25, 40, 80, 120, 150, 190, payload, 70_000, file.length - 1]) {
      const other = Buffer.from(file);
      other[at] = (other[at] ?? 0) ^ 1;
      await assert.rejects(open(other, identity), `byte ${at}`);
    }
  });

  it("is no file of another kind", async () => {
    await assert.rejects(open(Buffer.from("-- PostgreSQL database cluster dump"), identity), /this is no file of age/);
  });

  it("is what the age program reads and writes", async function () {
    if (spawnSync("age", ["--version"]).error) {
      console.log("      not run: there is no age program on PATH");
      return this.skip();
    }
    using folder = new Folder();
    const key = join(folder.path, "key.txt");
    writeFileSync(key, `# a comment\n${identity}\n`);
    for (const size of sizes) {
      const bytes = randomBytes(size);
      const read = spawnSync("age", ["-d", "-i", key], { input: await seal(bytes, recipient), maxBuffer: 1 << 24 });
      assert.ok(read.stdout.equals(bytes), read.stderr.toString());
      const { stdout } = spawnSync("age", ["-r", recipient], { input: bytes, maxBuffer: 1 << 24 });
      assert.ok((await open(stdout, identity)).equals(bytes));
    }
  });
});

describe("the key of a stage's backups", () => {
  it("comes of the key that the stage signs with, and is the same each time", () => {
    const { privateKey } = generateKeys();
    assert.equal(backupIdentity(privateKey), backupIdentity(`${privateKey}\n`));
    assert.notEqual(backupIdentity(privateKey), backupIdentity(generateKeys().privateKey));
    assert.match(recipientOf(backupIdentity(privateKey)), /^age1[a-z0-9]{58}$/);
  });

  it("stays what it is: backups have been encrypted for it", () => {
    const pem = "-----BEGIN PRIVATE KEY-----\nnot a real one\n-----END PRIVATE KEY-----";
    const digest = createHash("sha256")
      .update(recipientOf(backupIdentity(pem)))
      .digest("hex");
    assert.equal(digest, "e07634bca8a204eb2cbbea70cc9bd20cf9effe78ef93a702286fb9e4701fad24");
  });
});

describe("a file with private keys", () => {
  it("has one a line, beside comments", () => {
    assert.deepEqual(identitiesIn(`# public key: ${recipient}\n${identity}\r\n\n${stranger}\n`, "key.txt"), [
      identity,
      stranger,
    ]);
  });

  for (const [what, text, sentence] of [
    ["nothing", "# none\n", /^key\.txt holds no private key: it has to have a line AGE-SECRET-KEY-1…/],
    ["a public key", recipient, /^key\.txt holds a public key, which reads nothing: /],
    ["a key that is cut short", identity.slice(0, -1), /^key\.txt holds something else than private keys of age: /],
    [
      "a key of SSH",
      "-----BEGIN OPENSSH PRIVATE KEY-----",
      /^key\.txt holds something else than private keys of age: /,
    ],
    ["a file that is encrypted itself", "age-encryption.org/v1\n", /^key\.txt is encrypted itself: /],
  ] as const) {
    it(`is refused with ${what}, and the refusal does not show it`, () => {
      assert.throws(
        () => identitiesIn(text, "key.txt"),
        ({ message }: Error) => sentence.test(message) && !message.includes(identity.slice(0, 40)),
      );
    });
  }
});
