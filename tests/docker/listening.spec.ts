import assert from "node:assert/strict";
import { parseListening } from "../../docker/listening";

const table = (kind: string, ...rows: string[]): string =>
  [
    kind,
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    ...rows,
  ].join("\n");

const row = (address: string, port: number, state: string, length = 8): string =>
  `   0: ${address}:${port.toString(16).toUpperCase().padStart(4, "0")} ${"0".repeat(length)}:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 30 1 0 100 0 0 10 0`;

describe("what a container listens on", () => {
  it("is told by the kernel, but for its own loopback address, for connections, and for what clients by UDP have", () => {
    const text = [
      table("tcp", row("00000000", 9000, "0A"), row("0100007F", 9229, "0A"), row("0B00007F", 40001, "0A")),
      table("tcp6", row("0".repeat(32), 3000, "0A", 32), row("0000000000000000FFFF00000100007F", 81, "0A", 32)),
      row(`${"0".repeat(24)}01000000`, 82, "0A", 32),
      table("udp", row("00000000", 8125, "07"), row("00000000", 45000, "07"), row("0B00007F", 53, "07")),
      table("udp6"),
      table("tcp", row("020012AC", 50051, "0A"), row("020012AC", 52000, "01")),
    ].join("\n");
    assert.deepEqual(parseListening(text), { tcp: [3000, 9000, 50051], udp: [8125] });
  });

  it("is nothing where nothing does", () => {
    assert.deepEqual(parseListening(["tcp", "tcp6", "udp", "udp6"].map((kind) => table(kind)).join("\n")), {
      tcp: [],
      udp: [],
    });
  });
});
