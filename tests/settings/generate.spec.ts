import assert from "node:assert/strict";
import { checkSettings } from "../../settings/settings";
import { SettingsError } from "../../settings/problems";

const settings = (values: Record<string, unknown>) => checkSettings({ compose: "compose.yaml", ...values });

describe("the setting generate", () => {
  it("fills in what is left open", () => {
    const { generate } = settings({
      generate: { A: {}, B: null, C: { length: "48", rotate: 2026 }, D: { special: "true" } },
    });
    const usual = { length: 32, special: false };
    assert.deepEqual(generate, {
      A: usual,
      B: usual,
      C: { length: 48, special: false, rotate: "2026" },
      D: { length: 32, special: true },
    });
  });

  const refused: [string, Record<string, unknown>, string][] = [
    [
      "no map",
      { generate: ["A"] },
      'slipway:generate must be a map from variable names to {} or { length: 48, rotate: … }; found ["A"].',
    ],
    [
      "a name that is none",
      { generate: { "DB-PASSWORD": {} } },
      "slipway:generate.DB-PASSWORD must be a variable name: letters, digits and _; found {}.",
    ],
    [
      "a secret that is no map",
      { generate: { KEY: 48 } },
      "slipway:generate.KEY must be a map with length, special and rotate, or {} for what is usual; found 48.",
    ],
    [
      "a length that guessing may find",
      { generate: { KEY: { length: 8 } } },
      "slipway:generate.KEY.length must be a whole number from 16 to 256; found 8.",
    ],
    [
      "characters that are none",
      { generate: { KEY: { special: "é " } } },
      'slipway:generate.KEY.special must be true, false, or the characters to take beside letters and digits, such as -_.; found "é ".',
    ],
    [
      "a misspelt word",
      { generate: { KEY: { lenght: 48 } } },
      "slipway:generate.KEY.lenght is not a setting: did you mean length?",
    ],
    [
      "a name that is in env as well",
      { generate: { KEY: {} }, env: { KEY: "k3y" } },
      "slipway:generate.KEY is in slipway:env as well, and has one value only: take one of the two away, as with pulumi config rm --path slipway:env.KEY.",
    ],
  ];

  for (const [what, values, sentence] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => settings(values),
        (error: Error) => {
          assert.ok(error instanceof SettingsError);
          assert.equal(error.message, sentence);
          return true;
        },
      );
    });
  }
});
