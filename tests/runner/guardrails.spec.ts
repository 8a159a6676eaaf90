import assert from "node:assert/strict";
import { refuseBroken } from "../../runner/guardrails";
import { secret, unknown, type Request, type Values } from "../../runner/resource";
import { request as ask } from "./requests";

const within = "slipway:stage:Stage$slipway:services:Services";
const container = "docker:index/container:Container";
const volume = "docker:index/volume:Volume";
const digest = `shop/web@sha256:${"a".repeat(64)}`;
const labels = [
  { label: "slipway.project", value: "shop" },
  { label: "slipway.stage", value: "staging" },
];

const request = (type: string, name: string, inputs: Values, more: Partial<Request> = {}): Request =>
  ask(name, inputs, { type, urn: `urn:pulumi:staging::shop::${within}$${type}::${name}`, ...more });

const data = (more: Partial<Request> = {}): Request =>
  request(volume, "app-data", { name: "shop-staging-data", labels }, more);
const web = (image: unknown): Request => request(container, "app-web", { image, labels });

describe("what the runner itself holds every stage to", () => {
  it("lets by what breaks no rule, and what is not known yet", () => {
    refuseBroken(data({ retainOnDelete: true }), {});
    refuseBroken(web(digest), {});
    refuseBroken(web(unknown), {});
  });

  it("refuses a volume with data that would go, whatever made the program ask for it so", () => {
    assert.throws(() => refuseBroken(data(), {}), /^Error: app-data is a data volume that is /);
  });

  it("refuses an image by a tag, also where it is marked as a secret", () => {
    assert.throws(
      () => refuseBroken(web("shop/web:1"), {}),
      /app-web runs the image shop\/web:1, which is not named by a digest/,
    );
    assert.throws(() => refuseBroken(web(secret("shop/web:1")), {}), /not named by a digest/);
  });

  it("refuses a build in a stage that takes releases over, by its settings", () => {
    const built = request("docker:index/image:Image", "app-image", { imageName: digest, build: { context: "." } });
    refuseBroken(built, {});
    assert.throws(() => refuseBroken(built, { "slipway:promoteFrom": "staging" }), /app-image/);
  });

  it("leaves a program's other resources to the program, as its own guardrails do", () => {
    refuseBroken({ ...data(), urn: `urn:pulumi:staging::shop::${volume}::scratch` }, {});
  });
});
