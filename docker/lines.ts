import { StringDecoder } from "node:string_decoder";
import { printable } from "../errors/printable";

/** The length, in characters, above which a line of output is cut. */
export const longest = 4096;

/** Cuts output into lines as it comes, without what a terminal would obey, each at most {@link longest} characters. */
export class Lines {
  private readonly decoder = new StringDecoder("utf8");
  private rest = "";
  private isCut = false;

  /** Takes some output; returns the lines that it ends. */
  push(bytes: Uint8Array): string[] {
    return this.take(this.decoder.write(Buffer.from(bytes)));
  }

  /** The last line, where nothing ended it. */
  end(): string[] {
    const lines = this.take(this.decoder.end());
    return this.rest === "" ? lines : [...lines, ...this.take("\n")];
  }

  private take(text: string): string[] {
    const parts = (this.rest + text).split("\n");
    this.rest = parts.pop() ?? "";
    const lines = parts.map((part) => this.finish(part));
    if (this.rest.length > longest) {
      // What follows up to the line's end is not kept, or a program that ends no line would fill the memory.
      this.rest = this.rest.slice(0, longest);
      this.isCut = true;
    }
    return lines;
  }

  private finish(part: string): string {
    const isCut = this.isCut;
    this.isCut = false;
    const line = printable(lastState(part));
    return isCut || line.length > longest ? `${line.slice(0, longest)}…` : line;
  }
}

/** Of a line that was written over and over, as progress bars are, the last state. */
function lastState(line: string): string {
  return line.replace(/\r+$/, "").split("\r").at(-1) ?? "";
}
