import assert from "node:assert/strict";
import fc from "fast-check";
import { edgeConfig, parseLayouts } from "../../edge/config";
import { listeners, type Called, type Route } from "../../edge/layout";
import { containersText, fillCommands, releaseCommand, releasesText } from "../../edge/state";
import { around } from "./configOf";

/** What begins something else in HAProxy's configuration, or in a shell, among plain letters. */
const text = fc.string({
  unit: fc.constantFrom(
    "a",
    "b",
    "-",
    ".",
    "_",
    " ",
    "\n",
    "\r",
    "\t",
    "'",
    '"',
    "#",
    "\\",
    "$",
    "%",
    "{",
    "}",
    ";",
    "\0",
    "\u0085",
    "\u2028",
  ),
  minLength: 1,
  maxLength: 8,
});

/** The lines of a configuration but for the two that keep what each slot was laid out for. */
const instructions = (config: string): string[] =>
  config.split("\n").filter((line) => !line.startsWith("# listeners "));

describe("what a compose file names", () => {
  it("never makes another line, word or quote of the edge's configuration", () => {
    const plain = configured("api", ["backend"], "web.example", "app.example.com");
    assert.ok(plain);
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 3 }), text, text, (service, aliases, web, domain) => {
        const config = configured(service, aliases, web, domain);
        // Refused, or as many lines of as many words as with plain names.
        if (config === undefined) return;
        const shape = (of: string): number[] => instructions(of).map((line) => line.split(/[\s'"]+/).length);
        assert.deepEqual(shape(config), shape(plain));
      }),
      { numRuns: 2000 },
    );
  });

  it("is refused by its name where it would", () => {
    for (const service of ["a b", "a\nglobal", "a'", 'a"', "a#b", "a\\", "$a", "%[src]", ""]) {
      assert.throws(() => configured(service, [], "web", "app.example.com", true), /cannot be a name in the edge's/);
    }
  });

  it("stays what it is in what the edge keeps of it, aliases of any kind among them", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), (aliases) => {
        const layouts = layoutsOf("api", aliases, "web");
        const config = edgeConfig({ stage: "production" }, layouts, "a", around);
        assert.deepEqual(parseLayouts(config), layouts);
        assert.equal(config.split("\n").filter((line) => line.startsWith("# listeners ")).length, 2);
      }),
    );
  });

  it("reaches neither the shell nor the administration in other than one word", () => {
    fc.assert(
      fc.property(text, (name) => {
        const isWord = /^[\w.:/-]+$/.test(name);
        const ways: (() => unknown)[] = [
          () => containersText({ a: { web: name }, b: {} }),
          () => containersText({ a: { [name]: "web-1" }, b: {} }),
          () => releasesText({ a: name, b: "none" }),
          () => releaseCommand("a", name),
          () => fillCommands([{ service: "web", target: 80, mode: "http" }], "a", { web: name }),
        ];
        for (const way of ways) if (!isWord) assert.throws(way, /cannot be a name/);
      }),
    );
  });
});

function layoutsOf(service: string, aliases: string[], web: string) {
  const called: Called[] = [
    { service, names: { front: [service, ...aliases] }, ports: [{ target: 80, mode: "http" }] },
  ];
  const routes: Route[] = [{ service: web, published: 443, target: 80, isSecure: true }];
  const listening = listeners(routes, called, 80);
  return { a: listening, b: listening };
}

function configured(service: string, aliases: string[], web: string, domain: string, throws = false) {
  try {
    return edgeConfig({ stage: "production", domains: [domain] }, layoutsOf(service, aliases, web), "a", around);
  } catch (error) {
    if (throws) throw error;
    return undefined;
  }
}
