import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { columns } from "../../cli/table";
import { log } from "../../errors/log";
import { printable, printableError, printableJson } from "../../errors/printable";
import { quoted, Refusal } from "../../errors/refusal";
import { policyOf } from "../../policies/pack";
import { Exemptions } from "../../policies/exemptions";

/** The code points that may reach a terminal, written down a second time, by their ranges. */
const allowed = (text: string): boolean =>
  [...text].every((character) => {
    const code = character.codePointAt(0) as number;
    const isControl = (code < 0x20 && code !== 9 && code !== 10) || (code >= 0x7f && code <= 0x9f);
    const isBidi =
      [0x61c, 0x200e, 0x200f].includes(code) ||
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069);
    return !isControl && !isBidi && code !== 0x2028 && code !== 0x2029;
  });

/** What a terminal obeys, each as a whole. */
const obeyed = [
  "\x1b[31m",
  "\x1b[0m",
  "\x1b[2J",
  "\x1b[1;1H",
  "\x1b[?25l",
  "\x1b[38;2;1;2;3m",
  "\x9b31m",
  "\x1b]0;title\x07",
  "\x1b]0;title\x1b\\",
  "\x1b]8;;https://example.com\x1b\\",
  "\x9d52;c;Zm9v\x9c",
  "\x1bP1$r0m\x1b\\",
  "\x1b_G\x1b\\",
  "\x1bc",
  "\x1b7",
  "\x1b(0",
  "\x1b#8",
  "\x07",
  "\x08",
  "\x00",
  "\x7f",
  "\x85",
  "\u202e",
  "\u2066",
  "\u200f",
];

const plain = fc
  .string({ unit: "grapheme" })
  .filter((text) => allowed(text) && !text.includes("<{%") && !text.includes("\x1b"));
const anything = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      ...obeyed,
      "\x1b",
      "\x9b",
      "\x1b]",
      "\x1bP",
      "[",
      "]",
      ";",
      "m",
      "\\",
      "\r",
      "\n",
      "<",
      "{",
      "%",
      "\u2028",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 60,
});

describe("what may reach a terminal of a text that somebody else wrote", () => {
  it("is of the allowed characters, and no colour of Pulumi's", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const shown = printable(text);
        assert.ok(allowed(shown), JSON.stringify(shown));
        assert.ok(!shown.includes("<{%"));
      }),
      { numRuns: 3000 },
    );
  });

  it("stays as it is once it is so", () => {
    fc.assert(fc.property(anything, (text) => assert.equal(printable(printable(text)), printable(text))));
    fc.assert(fc.property(plain, (text) => assert.equal(printable(text), text)));
  });

  it("is all of its text, wherever sequences stand", () => {
    const pieces = fc.array(fc.tuple(plain, fc.constantFrom(...obeyed)));
    fc.assert(
      fc.property(pieces, (all) => {
        // What stands before a sequence and what comes behind it may be a colour's name only together.
        const words = all.map(([word]) => word).join("");
        fc.pre(!words.includes("<{%"));
        assert.equal(printable(all.flat().join("")), words);
      }),
    );
  });

  for (const [what, text, shown] of [
    ["colours", "\x1b[1;31mred\x1b[0m", "red"],
    ["what would be written over", "refused\rallowed", "refused\nallowed"],
    ["line ends of another system", "one\r\ntwo\r\n", "one\ntwo\n"],
    ["a window's title", "a\x1b]0;owned\x07b", "ab"],
    ["a title without an end, which hides nothing", "a\x1b]0;owned and more\nb", "a0;owned and more\nb"],
    ["an address behind a text", "\x1b]8;;https://evil.example\x1b\\safe\x1b]8;;\x1b\\", "safe"],
    ["single bytes that begin a sequence", "a\u009b2Jb\u009dx\u009cc", "abc"],
    ["text that is turned around", "user\u202etxt.exe\u2066", "usertxt.exe"],
    ["a colour that ends Pulumi's command", "<{%nothing%}>", "<{ %nothing%}>"],
    ["the same, hidden", "<\u0000{\u0007%nothing%}>", "<{ %nothing%}>"],
    ["other writing", "grün 日本 👩‍👩‍👧 עברית\tend\n", "grün 日本 👩‍👩‍👧 עברית\tend\n"],
  ] as const) {
    it(`is told of ${what}`, () => assert.equal(printable(text), shown));
  }

  it("is found in a time that grows with the text alone", () => {
    for (const piece of ["\x1b]", "\x9d", "\x1b[", "\x9b0", "\x1b ", "\r", "\x1bP\x1b"]) {
      const began = performance.now();
      printable(piece.repeat(200_000));
      assert.ok(performance.now() - began < 1000, JSON.stringify(piece));
    }
  });

  it("is exact as JSON, by JSON's own escapes", () => {
    const value = fc.dictionary(fc.string(), fc.oneof(anything, fc.array(anything)));
    fc.assert(
      fc.property(value, (one) => {
        const text = printableJson(one);
        assert.ok(allowed(text));
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(one)));
      }),
    );
  });
});

const bad = "say\u001b]0;owned\u0007 \u009b31mred\u202e<{%no%}>";
const good = "say red<{ %no%}>";

describe("nothing else reaches a person by", () => {
  it("a refusal, and what it quotes", () => {
    assert.equal(new Refusal(bad).message, good);
    assert.equal(quoted(`${bad}\r\n`), good);
  });

  it("an error that shows that the program is wrong", () => {
    const error = printableError(new SyntaxError(bad));
    assert.ok(error instanceof SyntaxError);
    assert.equal(error.message, good);
    assert.ok(allowed(error.stack ?? ""));
  });

  it("what Pulumi is given to log", () => {
    const told: string[] = [];
    const levels = ["info", "warn", "error"] as const;
    const kept = { ...pulumi.log };
    try {
      for (const level of levels) {
        Object.assign(pulumi.log, { [level]: async (text: string) => void told.push(text) });
        log[level](bad);
      }
    } finally {
      Object.assign(pulumi.log, kept);
    }
    assert.deepEqual(told, [good, good, good]);
  });

  it("a policy's words", () => {
    const rule = { name: "rule", description: "", problems: () => [bad] };
    const told: string[] = [];
    const resource = { type: "t", name: "n", urn: "urn:pulumi:s::p::t::n", props: {}, opts: {}, getConfig: () => ({}) };
    const { validateResource } = policyOf(rule, new Exemptions(["rule"]));
    (validateResource as (resource: unknown, report: (text: string) => void) => void)(resource, (text) =>
      told.push(text),
    );
    assert.deepEqual(told, [good]);
  });

  it("a table, where a cell is no more than a cell", () => {
    assert.equal(
      columns([
        ["A", "B"],
        [`${bad}\nfalse row`, "b"],
      ]),
      `A${" ".repeat(27)}B\n${good} false row  b`,
    );
  });

  for (const [program, args, input] of [
    ["steps/main.ts", ["job"], "\u0007\u202e<{%"],
    ["cli/main.ts", [bad], ""],
    ["runner/main.ts", [bad], ""],
  ] as const) {
    it(`what ${program} says`, function () {
      this.timeout(60_000);
      const path = join(__dirname, "..", "..", program);
      const ended = spawnSync(process.execPath, ["--import", "tsx", path, ...args], { input, encoding: "utf8" });
      assert.equal(ended.status, 1);
      assert.match(ended.stderr, /<\{ %/);
      assert.ok(allowed(ended.stderr + ended.stdout), JSON.stringify(ended.stderr));
    });
  }
});
