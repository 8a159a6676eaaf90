import assert from "node:assert/strict";
import { loadCompose } from "../../compose/load";
import { checkSupported, supportNotices } from "../../compose/support";
import { applicationOf } from "../components/project";

const noticesOf = (text: string): string[] => {
  const loaded = loadCompose({ files: ["compose.yaml"], source: { read: () => text }, env: {}, projectName: "demo" });
  assert.deepEqual(checkSupported(loaded), []);
  return supportNotices(loaded);
};

describe("a key that a person may count on and that makes no difference in a stage", () => {
  it("is told with its place and the reason", () => {
    assert.deepEqual(noticesOf("services:\n  app:\n    image: nginx:1.27\n    pids_limit: 200\n"), [
      "compose.yaml:4:5: services.app.pids_limit makes no difference: Pulumi's Docker provider has no such setting for a container, so the Engine's default holds.",
    ]);
  });

  for (const key of [
    "annotations: { com.example.a: b }",
    "mem_swappiness: 10",
    "oom_kill_disable: true",
    "oom_score_adj: -500",
    "pids_limit: 200",
    "blkio_config: { weight: 300 }",
    "blkio_config: { weight_device: [{ path: /dev/sda, weight: 400 }] }",
    "deploy: { resources: { limits: { pids: 100 } } }",
    "deploy: { update_config: { parallelism: 2, order: start-first } }",
    "deploy: { rollback_config: { parallelism: 2 } }",
    "deploy: { placement: { constraints: [node.role == manager] } }",
    "deploy: { endpoint_mode: dnsrr }",
  ]) {
    it(`is ${key}`, () => {
      const [notice = "", ...more] = noticesOf(`services: { app: { image: a, ${key} } }`);
      assert.match(notice, /^compose\.yaml:1:\d+: services\.app\.\S+ makes no difference: [^:]+\.$/);
      assert.deepEqual(more, []);
    });
  }

  it("is none that says nothing, or that Compose itself leaves out", () => {
    assert.deepEqual(noticesOf("services: { app: { image: a, attach: false, deploy: { labels: { a: b } } } }"), []);
    assert.deepEqual(noticesOf("services: { app: { image: a }, off: { image: b, profiles: [x], pids_limit: 1 } }"), []);
  });

  it("is told once in the preview of a stage", () => {
    const { warnings } = applicationOf({ "compose.yaml": "services: { app: { image: a, pids_limit: 200 } }" });
    assert.equal(warnings.filter((text) => text.includes("pids_limit")).length, 1);
  });
});
