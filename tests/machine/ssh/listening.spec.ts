import assert from "node:assert/strict";
import { listeningOn } from "../../../machine/ssh/listening";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 17391 1 0000000000000000 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 14902 1 0000000000000000 100 0 0 10 0
   2: 0100007F:A1B2 0100007F:1388 01 00000000:00000000 00:00000000 00000000     0        0 20011 1 0000000000000000 20 4 30 10 -1
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0
`;

describe("the ports that a machine over SSH listens on", () => {
  const holds = listeningOn(table);

  it("are held on the address that they are listened on", () => {
    assert.equal(holds(5000, "127.0.0.1"), true);
    assert.equal(holds(5000, "192.168.0.7"), false);
  });

  it("are held for whoever wants every address, and by whoever has every address", () => {
    assert.equal(holds(5000), true);
    assert.equal(holds(5000, "0.0.0.0"), true);
    assert.equal(holds(22, "192.168.0.7"), true);
    assert.equal(holds(80, "127.0.0.1"), true);
  });

  it("are not those of connections, nor others", () => {
    assert.equal(holds(0xa1b2, "127.0.0.1"), false);
    assert.equal(holds(8080), false);
  });
});
