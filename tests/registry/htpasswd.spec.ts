import assert from "node:assert/strict";
import { compareSync, getRounds } from "bcryptjs";
import { htpasswd } from "../../registry/htpasswd";

const login = { username: "slipway", password: "aB3".repeat(13) };
const hashOf = (text: string): string => text.trim().split(":")[1] ?? "";

describe("the file of who may log in to a registry", () => {
  it("has a line for the login, with what its password is checked by", () => {
    const text = htpasswd(login);
    assert.match(text, /^slipway:\$2b\$04\$[./A-Za-z0-9]{53}\n$/);
    assert.ok(compareSync(login.password, hashOf(text)));
    assert.ok(!compareSync(`${login.password.slice(0, -1)}x`, hashOf(text)));
  });

  it("is the same for the same login, so that no registry is replaced for it", () => {
    assert.equal(htpasswd(login), htpasswd({ ...login }));
    assert.notEqual(htpasswd(login), htpasswd({ ...login, password: `${login.password}x` }));
  });

  it("costs a registry next to nothing at each request", () => {
    assert.equal(getRounds(hashOf(htpasswd(login))), 4);
  });
});
