import assert from "node:assert/strict";
import { pullImage } from "../../docker/images";
import { FakeEngine } from "./fakeEngine";

describe("a login for one pull", () => {
  // Go's base64.URLEncoding, by which Engines read it, takes no text that lacks its padding.
  for (const name of ["a", "ab", "abc", "abcd", "ÿ?>~", "jörg"]) {
    it(`is written as every Engine reads it: ${name}`, async () => {
      let header: string | undefined;
      const fake = await FakeEngine.start((asked, _, headers) => {
        if (!asked.startsWith("POST /images/create")) return undefined;
        header = headers["x-registry-auth"] as string;
        return '{"status":"Pulling"}';
      });
      await pullImage(fake.engine, "eu.example/web@sha256:1", "eu.example", { username: name, password: "t0ken" });
      fake.stop();
      assert.match(header ?? "", /^(?:[\w-]{4})*(?:[\w-]{2}==|[\w-]{3}=)?$/);
      assert.deepEqual(JSON.parse(Buffer.from(header ?? "", "base64").toString()), {
        username: name,
        password: "t0ken",
        serveraddress: "eu.example",
      });
    });
  }
});
