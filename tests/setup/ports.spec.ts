import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Server } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Machine } from "./steps";

const steps = ["json", "machine", "pulumi", "state", "passphrase", "stages", "ports", "engines/pulumi"];

describe("the set-up's ports", () => {
  let server: Server;
  let port: number;

  before(async () => {
    server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    port = (server.address() as AddressInfo).port;
  });

  after(() => server.close());

  const check = (holder: string) => {
    const machine = new Machine();
    writeFileSync(join(machine.project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    machine.program("docker", `echo '${holder}'`);
    machine.program("pulumi", "exit 1");
    return machine.run(
      `choose_state >/dev/null; check_port ${port} staging "the page of staging" env.WEB_PORT && echo free`,
      { steps },
    );
  };

  it("may be held by the stage that they are for", () => {
    assert.match(check("shop/staging shop-edge-1").text, /^free$/m);
  });

  it("are refused where another container holds one, with who it is and how to choose another", () => {
    const { status, text } = check("/ nginx");
    assert.equal(status, 1);
    assert.match(text, new RegExp(`port ${port}, for the page of staging, is taken by the container nginx`));
    assert.match(text, new RegExp(`pulumi config set --path slipway:env.WEB_PORT ${port + 10} -s staging`));
  });

  it("are refused where a program that is no container holds one", () => {
    assert.match(check("").text, /is taken by another program/);
  });
});
