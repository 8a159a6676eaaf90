import assert from "node:assert/strict";
import { Frames } from "../../docker/frames";

const piece = (stream: 1 | 2, text: string): Buffer => {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

describe("the output of a program as an Engine sends it", () => {
  const sent = Buffer.concat([piece(1, "out"), piece(2, "err"), piece(1, ""), piece(1, "höre")]);

  it("is told apart by its streams, however it is cut on the way", () => {
    for (const size of [1, 2, 7, 8, 9, sent.length]) {
      const frames = new Frames();
      const texts = { out: "", err: "" };
      const pieces: Buffer[] = [];
      for (let from = 0; from < sent.length; from += size) {
        for (const { isError, bytes } of frames.push(sent.subarray(from, from + size))) {
          if (isError) texts.err += bytes.toString();
          else pieces.push(bytes);
        }
      }
      assert.deepEqual([Buffer.concat(pieces).toString(), texts.err], ["outhöre", "err"], `in pieces of ${size}`);
    }
  });
});
