/** Some of what a program wrote. */
export interface Frame {
  /** On its standard error, or on its standard output. */
  isError: boolean;
  bytes: Buffer;
}

const headerLength = 8;

/**
 * Takes apart what an Engine makes one stream of: before each piece of output stand eight bytes, the first of which says on which stream it
 * came and the last four of which how long it is.
 * (https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Container/operation/ContainerAttach)
 */
export class Frames {
  private rest: Buffer = Buffer.alloc(0);
  private isError = false;
  /** How many bytes of the current piece are still to come. */
  private left = 0;

  /** Takes some of the stream; returns what it holds of pieces, whole or not. */
  push(bytes: Buffer): Frame[] {
    const found: Frame[] = [];
    let all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    for (;;) {
      if (this.left === 0) {
        if (all.length < headerLength) break;
        this.isError = all[0] === 2;
        this.left = all.readUInt32BE(4);
        all = all.subarray(headerLength);
      }
      const piece = all.subarray(0, this.left);
      if (piece.length > 0) found.push({ isError: this.isError, bytes: piece });
      this.left -= piece.length;
      all = all.subarray(piece.length);
      if (this.left > 0) break;
    }
    this.rest = all;
    return found;
  }
}
