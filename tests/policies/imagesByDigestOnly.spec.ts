import assert from "node:assert/strict";
import { imagesByDigestOnly } from "../../policies/imagesByDigestOnly";
import type { Declared } from "../../policies/declared";
import { declared, job, says, unknown } from "./declared";

const hex = "0123456789abcdef".repeat(4);
const container = "slipway:services:Services$docker:index/container:Container";
const pulled = "slipway:services:Services$docker:index/remoteImage:RemoteImage";
const carrier = "slipway:services:Services$slipway:services:ServiceFiles$docker:index/container:Container";

const withoutDigest = (resource: Declared): string | undefined => says(imagesByDigestOnly, resource)[0];

describe("the policy images-by-digest-only", () => {
  const runs = (image: unknown, type = container) => withoutDigest(declared(type, "shop-web", { image }));
  const pulls = (name: unknown, type = pulled) => withoutDigest(declared(type, "web-image", { name }));

  for (const image of [
    `127.0.0.1:5000/shop/web@sha256:${hex}`,
    `registry.example.com/web@sha256:${hex}`,
    `postgres@sha256:${hex}`,
    // The Engine goes by the digest then.
    `postgres:16@sha256:${hex}`,
  ]) {
    it(`lets ${image} through`, () => {
      assert.equal(runs(image), undefined);
      assert.equal(pulls(image), undefined);
    });
  }

  for (const [what, image] of [
    ["a tag", "127.0.0.1:5000/shop/web:1.2"],
    ["no tag at all", "postgres"],
    ["a digest that is too short", "postgres@sha256:short"],
    ["a digest that lacks one digit", `postgres@sha256:${hex.slice(1)}`],
    ["a digest with one digit too many", `postgres@sha256:${hex}0`],
    ["a digest in capitals", `postgres@sha256:${hex.toUpperCase()}`],
    ["a digest of another kind", `postgres@md5:${hex}`],
    ["a tag that looks like a digest", `postgres:sha256-${hex}`],
    ["a tag behind the digest", `postgres@sha256:${hex}:16`],
    ["an image id, which no registry knows", `sha256:${hex}`],
    ["a digest without a repository", `@sha256:${hex}`],
    ["nothing", ""],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.match(runs(image) ?? "", /^shop-web runs the image .*, which is not named by a digest/);
      assert.match(pulls(image) ?? "", /^web-image runs the image .*, which is not named by a digest/);
    });
  }

  it("says which resource, what is wrong and what to write instead", () => {
    assert.equal(
      runs("127.0.0.1:5000/shop/web:1.2"),
      "shop-web runs the image 127.0.0.1:5000/shop/web:1.2, which is not named by a digest and so can become another one: write 127.0.0.1:5000/shop/web@sha256:… with the 64 hexadecimal digits of the image that was verified.",
    );
    assert.match(runs("127.0.0.1:5000/web") ?? "", /: write 127\.0\.0\.1:5000\/web@sha256:…/);
    assert.match(runs("web@sha256:short") ?? "", /: write web@sha256:…/);
    assert.match(runs("web:1@sha256:short") ?? "", /: write web@sha256:…/);
    assert.match(runs("") ?? "", /runs the image "", .*: write <repository>@sha256:…/);
  });

  it("looks at the containers that carry files, and at containers that are not Slipway's", () => {
    assert.ok(runs("postgres:16", carrier));
    assert.ok(runs("postgres:16", "docker:index/container:Container"));
  });

  it("looks into jobs", () => {
    assert.ok(withoutDigest(job({ image: "postgres:16" })));
    assert.equal(withoutDigest(job({ image: `postgres@sha256:${hex}` })), undefined);
  });

  it("leaves Slipway's own equipment alone", () => {
    assert.equal(runs("cloudflare/cloudflared:1", "slipway:tunnel:Tunnel$docker:index/container:Container"), undefined);
    assert.equal(runs("haproxy:3.2", "slipway:edge:Edge$docker:index/container:Container"), undefined);
    assert.equal(pulls("haproxy:3.2", "slipway:edge:Edge$docker:index/remoteImage:RemoteImage"), undefined);
    assert.equal(runs("registry:2", "slipway:registry:LocalRegistry$docker:index/container:Container"), undefined);
    assert.equal(pulls("registry:2", "slipway:registry:LocalRegistry$docker:index/remoteImage:RemoteImage"), undefined);
  });

  it("is not talked out of it by a label or a name", () => {
    const labels = [{ label: "slipway.role", value: "edge" }];
    assert.ok(withoutDigest(declared(container, "shop-production-edge-proxy", { image: "haproxy:3.2", labels })));
    assert.ok(withoutDigest(declared(container, "slipway:edge:Edge$web", { image: "haproxy:3.2" })));
  });

  it("says nothing of an image that is not known before the update", () => {
    assert.equal(withoutDigest(declared(container, "shop-web", unknown("image"))), undefined);
    assert.equal(withoutDigest(declared(pulled, "web-image", unknown("name"))), undefined);
  });

  it("leaves an image that is built here to the container that runs it", () => {
    assert.equal(withoutDigest(declared(pulled, "web-image", { name: "web:1.2", build: { context: "." } })), undefined);
    assert.equal(withoutDigest(declared(pulled, "web-image", unknown("build", { name: "web:1.2" }))), undefined);
  });

  it("looks at nothing else", () => {
    assert.equal(
      withoutDigest(declared("docker:index/network:Network", "front", { name: "front", image: "web:1" })),
      undefined,
    );
  });
});
