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

/** Which machine is meant is handed on. */
const meansMachine = {
  files: rooms.map((room) => `${room}/**/*.ts`),
  rules: {
    "no-restricted-syntax": [
      "error",
      {
        selector:
          "MemberExpression[object.property.name='env'][property.value=/^(DOCKER_HOST|DOCKER_CONTEXT|SLIPWAY_MACHINE)$/]",
        message: "An Engine is handed on: it is made where a program begins (docker/engine).",
      },
    ],
  },
};

/** What stands above the rooms: what the package exports. */
const top = ["slipway", "cloud", "engines"];

/** Packages of their own, each imported by its name alone. */
const packages = ["runner", "clouds"];

/** The compose reader is a package as well, and compiled into the program: what it exports is what its package exports. */
const withinCompose = {
  regex: "^(\\.\\./)+compose/(?!(index|durations|sizes)$)",
  message: "The compose reader is imported by what its package exports.",
};

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
          withinCompose,
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
  meansMachine,
  {
    // Applications as people write them, for Node.
    files: ["tests/e2e/fixtures/applications/**/*.mjs"],
    languageOptions: {
      globals: { fetch: "readonly", URL: "readonly", setInterval: "readonly", console: "readonly", Buffer: "readonly" },
    },
  },
  {
    // What others say reaches a person through errors/printable.ts alone.
    files: [...rooms, "runner"].map((room) => `${room}/**/*.ts`),
    ignores: ["errors/print.ts", "errors/log.ts"],
    rules: {
      "no-console": "error",
      "no-restricted-properties": [
        "error",
        { object: "pulumi", property: "log", message: "What is told goes through errors/log.ts." },
      ],
    },
  },
  ...rooms.map((room, at) =>
    without(
      room,
      [...top, ...packages, ...rooms.slice(0, at)],
      "slipway|slipway-[a-z]+",
      `Nothing imports upwards through the rooms, and ${room}/ is below.`,
    ),
  ),
  without(
    "compose",
    [...top, "runner", "clouds", ...rooms],
    "slipway|slipway-[a-z]+",
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
