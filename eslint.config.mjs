import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

/** The rooms of the house, top to bottom (CONTRIBUTING.md): nothing imports upwards. */
const rooms = [
  "cli",
  "components",
  "steps",
  "plan",
  "policies",
  "backup",
  "jobs",
  "tunnel",
  "edge",
  "release",
  "registry",
  "machine",
  "secrets",
  "application",
  "docker",
  "settings",
  "errors",
];

/** A kind of machine by its own file, rather than through the list of them all. */
const oneKind = {
  regex: "/machine/kinds/(?!kinds?$)",
  message: "No room but machine/ names a kind of machine: machine/kinds/kinds has them all.",
};

/** What stands above the rooms: what the package exports. */
const top = ["slipway", "cloud", "engine"];

/** Packages of their own, each imported by its name alone. */
const packages = ["compose", "runner", "clouds"];

/** Files of a folder may not import from some other folders, nor some packages. */
const without = (folder, others, named, message) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          { regex: `^(\\.\\./)+(${others.join("|")})(/|$)`, message },
          { regex: `^(${named})(/|$)`, message },
          oneKind,
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ["index.js", "**/dist/", "node_modules/"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  prettier,
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: "error",
      "no-console": "off",
    },
  },
  ...rooms.map((room, at) =>
    without(
      room,
      [...top, ...packages, ...rooms.slice(0, at)],
      "slipway|slipway-(runner|gcp|azure|cloudflare)",
      `Nothing imports upwards through the rooms, and ${room}/ is below; the compose reader is slipway-compose.`,
    ),
  ),
  without(
    "compose",
    [...top, "runner", "clouds", ...rooms],
    "slipway|slipway-(?!compose)[a-z]+",
    "The compose reader is a package of its own.",
  ),
  without(
    "runner",
    [...top, "compose", "clouds", ...rooms],
    "slipway(?!/engine$)|slipway-[a-z]+",
    "The runner builds on slipway/engine.",
  ),
  without(
    "clouds",
    [...top, "runner", "compose", ...rooms],
    "slipway(?!/cloud$)|slipway-(compose|runner)",
    "A cloud's package builds on slipway/cloud.",
  ),
);
