import { createHash, randomUUID } from "node:crypto";
import { type IncomingMessage, type ServerResponse } from "node:http";

import { drained, flipped, refuse } from "./answers";

type Blob = { bytes: Buffer } | { zeros: number };

const kept = 4 * 2 ** 20;

/** The blobs of a test's registry. What is too large to be held is known by its digest: tests use zeros of that size. */
export class BlobStore {
  private readonly blobs = new Map<string, Blob>();
  private readonly uploads = new Map<string, { bytes: Buffer[]; size: number; hash: ReturnType<typeof createHash> }>();

  addZeros(digest: string, size: number): void {
    this.blobs.set(digest, { zeros: size });
  }

  /** Begins an upload; returns its name. */
  begin(): string {
    const id = randomUUID();
    this.uploads.set(id, { bytes: [], size: 0, hash: createHash("sha256") });
    return id;
  }

  /** Takes in a request's body; returns whether there is such an upload. */
  async fill(id: string, request: IncomingMessage): Promise<boolean> {
    const upload = this.uploads.get(id);
    if (!upload) return false;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      upload.hash.update(chunk);
      upload.size += chunk.byteLength;
      if (upload.size <= kept) upload.bytes.push(chunk);
      else upload.bytes = [];
    }
    return true;
  }

  /** Makes an upload a blob; returns its digest, or undefined where another was promised. */
  commit(id: string, promised: string | null): string | undefined {
    const upload = this.uploads.get(id);
    this.uploads.delete(id);
    const digest = `sha256:${upload?.hash.digest("hex") ?? ""}`;
    if (!upload || digest !== promised) return undefined;
    this.blobs.set(digest, upload.size <= kept ? { bytes: Buffer.concat(upload.bytes) } : { zeros: upload.size });
    return digest;
  }

  /** Answers with a blob, whole, cut off half-way, or with a bit that is wrong. */
  async send(request: IncomingMessage, response: ServerResponse, digest: string, how?: unknown): Promise<void> {
    const blob = this.blobs.get(digest);
    if (!blob) return refuse(response, 404, "BLOB_UNKNOWN");
    const size = "bytes" in blob ? blob.bytes.byteLength : blob.zeros;
    response.writeHead(200, { "content-length": size, "content-type": "application/octet-stream" });
    if (request.method === "HEAD") return void response.end();
    const piece = "bytes" in blob ? blob.bytes : Buffer.alloc(64 * 1024);
    for (let sent = 0; sent < size; sent += piece.byteLength) {
      if (how === "cut" && sent + piece.byteLength >= size / 2) {
        response.write(piece.subarray(0, Math.floor(piece.byteLength / 2)));
        return void setTimeout(() => response.destroy(), 20);
      }
      const part = piece.subarray(0, Math.min(piece.byteLength, size - sent));
      const chunk = how === "corrupt" && sent === 0 ? flipped(part) : part;
      if (!response.write(chunk)) await drained(response);
      if (response.destroyed) return;
    }
    response.end();
  }
}
