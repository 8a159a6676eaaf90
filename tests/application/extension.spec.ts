import assert from "node:assert/strict";
import { extensionProblems } from "../../application/extension";
import type { Service } from "../../compose/model";

function problems(extension: unknown): string[] {
  const service = { command: null, entrypoint: null, "x-slipway": extension } as Service;
  return extensionProblems(service).map(({ path, reason }) => [...path, reason].join(": "));
}

const words = "sharesVolumes, defaults, http, exposes, writable, onRollback, backup";

describe("what a service is told under x-slipway", () => {
  for (const [title, extension] of [
    ["nothing", undefined],
    ["an empty key", null],
    [
      "each word",
      { sharesVolumes: true, http: [3000], onRollback: false, backup: { command: "dump", restore: ["r"] } },
    ],
    ["that nothing is backed up", { backup: false }],
  ] as const) {
    it(`may be ${title}`, () => assert.deepEqual(problems(extension), []));
  }

  for (const [title, extension, expected] of [
    ["a list", [], [`is no map: write one with ${words}`]],
    ["a misspelt word", { sharesVolume: true }, [`sharesVolume: is not known: it may be ${words}`]],
    ["text for true", { sharesVolumes: "yes" }, ["sharesVolumes: must be true or false"]],
    ["one port for a list", { http: 3000 }, ["http: must be a list of ports, such as [3000]"]],
    ["half a backup", { backup: { command: "dump" } }, ["backup: must be false, or { command: …, restore: … }"]],
  ] as const) {
    it(`is refused for ${title}`, () => assert.deepEqual(problems(extension), expected));
  }
});
