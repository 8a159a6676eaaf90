import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** RFC 6455, 1.3. */
const magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const closing = 0x8;
const goingAway = Buffer.from([0x88, 2, 0x03, 0xe9]);

const open = new Set<Duplex>();

/** Answers a WebSocket's handshake, and from then on sends each short message back as it came. */
export function talk(request: IncomingMessage, socket: Duplex, version: string): void {
  const key = String(request.headers["sec-websocket-key"]);
  const accept = createHash("sha1")
    .update(key + magic)
    .digest("base64");
  const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  socket.write([...head, `Sec-WebSocket-Accept: ${accept}`, `X-Version: ${version}`, "", ""].join("\r\n"));
  open.add(socket);
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (data: Buffer) => (rest = answer(socket, Buffer.concat([rest, data]))));
  socket.on("close", () => open.delete(socket));
  socket.on("error", () => socket.destroy());
}

/** Tells every client that the server goes away; the connection ends when the client has answered. */
export function farewell(): void {
  for (const socket of open) socket.write(goingAway);
  // No frame may follow that one (RFC 6455, 5.5.1).
  open.clear();
}

/** @returns the rest, once every whole frame has been answered */
function answer(socket: Duplex, data: Buffer): Buffer {
  let rest = data;
  // A client's short frame: two bytes, the mask's four, the content (RFC 6455, 5.2).
  for (let size = (rest[1] ?? 0) & 0x7f; rest.length >= 2 && rest.length >= size + 6; size = (rest[1] ?? 0) & 0x7f) {
    const mask = rest.subarray(2, 6);
    const content = rest.subarray(6, 6 + size).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    const code = (rest[0] ?? 0) & 0x0f;
    if (!open.has(socket)) {
      if (code === closing) socket.end();
    } else if (code === closing) {
      socket.end(Buffer.concat([Buffer.from([0x88, size]), content]));
    } else socket.write(Buffer.concat([Buffer.from([rest[0] ?? 0, size]), content]));
    rest = rest.subarray(6 + size);
  }
  return rest;
}
