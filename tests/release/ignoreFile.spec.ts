import assert from "node:assert/strict";
import fc from "fast-check";
import { ignoreLine, IgnoreLineError, IgnoreRules } from "../../release/ignoreFile";

/** The lines, what they leave out, and what they do not. Each was seen with `docker build` (tests/e2e/build-context.spec.ts). */
const meanings: [string, string, string[], string[]][] = [
  ["a name, with all that is in it", "a", ["a", "a/b/c"], ["b/a", "ab"]],
  [
    "characters of regular expressions: +",
    "**/+page.test.ts",
    ["+page.test.ts", "src/+page.test.ts"],
    ["src/page.test.ts"],
  ],
  ["characters of regular expressions: ( )", "(group)/*", ["(group)/x"], ["group/x"]],
  ["characters of regular expressions: { }", "{a,b}*", ["{a,b}x"], ["a", "b"]],
  ["characters of regular expressions: |, without a wildcard", "a|b", ["a|b"], ["a", "b"]],
  ["characters of regular expressions: |, with one, as Docker mistakes it", "a*|b", ["ax", "a|b", "xb"], ["b|x"]],
  ["braces with numbers beside a wildcard, as Docker mistakes them", "a{2}*", ["aab"], ["a{2}b", "ab"]],
  ["characters of regular expressions: . $ ^", "a.b$*\n^", ["a.b$c", "^"], ["axb$c", "x"]],
  ["a star for what is no slash", "*.md", ["a.md", ".md"], ["b/a.md", "a.mdx"]],
  ["two stars for any folders", "a/**/b", ["a/b", "a/x/y/b"], ["ab", "x/a/b"]],
  ["two stars at the end for all that is in it", "a/**", ["a/b", "a/b/c"], ["a"]],
  ["two stars at the end of a name", "a**", ["a", "ab", "ab/c"], ["ba"]],
  ["two stars before a name without a slash", "**b", ["b", "ab", "x/ab"], ["bc"]],
  ["two stars alone for everything", "**", ["a", "a/b"], []],
  ["a question mark for one character", "?", ["a", "é"], ["ab"]],
  ["a set, a range, and their contrary", "[ab]\n[x-z]1\n[^c]2", ["a", "y1", "d2", "é2"], ["c", "w1", "c2"]],
  ["an exclamation mark in a set as itself", "[!a]", ["!", "a"], ["b"]],
  ["a named set of Go's", "[[:alpha:]]", ["a"], ["1"]],
  ["a bracket behind a star as Go's regular expressions take it", "a*b/[]a]", ["ab/]", "axb/a"], ["ab/b"]],
  ["a backslash before what is meant as it is", "\\*\n\\!a\n\\#b", ["*", "!a", "#b"], ["x", "a"]],
  ["slashes at both ends for nothing", "/a/", ["a", "a/b"], ["b/a"]],
  ["dots in a path", "./a/../b", ["b"], ["a"]],
  ["comments in the first column alone", "#a\n #b", ["#b"], ["#a"]],
  ["spaces around, carriage returns and a byte order mark", "\uFEFF a \r\n\tb\t\r\n", ["a", "b"], ["c"]],
  ["an exception", "*\n!a", ["b"], ["a", "a/b"]],
  ["an exception with a space", "*\n! a", ["b"], ["a"]],
  ["an exception that a later line takes back", "*\n!a\na/b", ["b", "a/b"], ["a", "a/c"]],
  ["an exception before what it is from", "!a\n*", ["a"], []],
  ["an exception for a folder that no line left out, as Docker does it", "**/*.md\n!docs", ["docs/a.md"], ["docs"]],
];

describe("an ignore file", () => {
  for (const [what, lines, left, sent] of meanings) {
    it(`reads ${what}`, () => {
      const rules = IgnoreRules.read(lines);
      assert.deepEqual(
        [...left, ...sent].filter((path) => rules.ignores(path)),
        left,
      );
    });
  }

  const refused: [string, number, RegExp][] = [
    ["a\n!", 2, /^"!" takes nothing back: write a pattern behind the exclamation mark$/],
    ["!/", 1, /takes nothing back/],
    ["a\n\n[b", 3, /^"\[b" is no pattern: close its brackets/],
    ["[]", 1, /is no pattern/],
    ["[^]", 1, /is no pattern/],
    ["[a-]", 1, /is no pattern/],
    ["*[z-a]", 1, /let a range begin with its smaller character as in \[a-z\]/],
    ["a\\", 1, /write \\\\ for a backslash/],
    ["*\\y", 1, /is no pattern/],
  ];
  for (const [lines, line, expected] of refused) {
    it(`refuses ${JSON.stringify(lines)} by its line`, () => {
      assert.throws(
        () => IgnoreRules.read(lines),
        (error) => error instanceof IgnoreLineError && error.line === line && expected.test(error.message),
      );
    });
  }

  it("is read to its end whatever stands in it, or refused by a line", () => {
    const texts = fc.array(fc.constantFrom(..."ab/*?[]^!-\\#{}|+().$ \n\r:".split("")), { maxLength: 25 });
    fc.assert(
      fc.property(texts, (letters) => {
        try {
          IgnoreRules.read(letters.join("")).ignores("a/b");
        } catch (error) {
          assert.ok(error instanceof IgnoreLineError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("leaves out one path and what is in it by the line that stands for it, whatever it is called", () => {
    const name = fc
      .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 8 })
      .filter((text) => text === text.trim() && !/^\.\.?$|\//.test(text));
    fc.assert(
      fc.property(name, name, (one, other) => {
        const rules = IgnoreRules.read(`!*\n${ignoreLine(one)}`);
        assert.equal(rules.ignores(one), true);
        assert.equal(rules.ignores(`${one}/${other}`), true);
        assert.equal(rules.ignores(other), other === one);
      }),
      { numRuns: 2000 },
    );
  });
});
