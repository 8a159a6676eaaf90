import assert from "node:assert/strict";
import { loadCompose } from "../../compose/load";

/** What stands for a secret while compose files are read. */
const secret = "\uE000DB_PASSWORD\uE001";

describe("a placeholder for a secret", () => {
  const files: Record<string, string> = {
    "compose.yaml": `services:
  web:
    image: app
    command: run --password \${PASSWORD} "--quoted=\${PASSWORD}" 'single \${PASSWORD}' esc\\\\ape\${PASSWORD}
    entrypoint: ["sh", "-c", "echo $$HOME \${PASSWORD:-none} \${EMPTY:-\${PASSWORD}}"]
    environment:
      URL: postgres://app:\${PASSWORD}@db/app
      PASSWORD:
      ALTERNATIVE: \${PASSWORD:+set}
    labels: ["note=\${PASSWORD}"]
    healthcheck: {test: "check \${PASSWORD}"}
    env_file: web.env
    configs: [conf]
configs:
  conf:
    content: "password=\${PASSWORD} price=$$5"
`,
    "web.env": "FROM_FILE=\"<${PASSWORD}>\"\nBARE=$PASSWORD\nRAW='$PASSWORD'\n",
    ".env": "EMPTY=\nCOPY=${PASSWORD}!\n",
  };
  const { config, environment } = loadCompose({
    files: ["compose.yaml"],
    source: { read: (path) => files[path] },
    env: { PASSWORD: secret },
    projectName: "demo",
  });
  const web = config.services.web;

  it("goes through the splitting of commands unchanged", () => {
    assert.deepEqual(web?.command, [
      "run",
      "--password",
      secret,
      `--quoted=${secret}`,
      `single ${secret}`,
      `esc\\ape${secret}`,
    ]);
    assert.deepEqual(web?.entrypoint, ["sh", "-c", `echo $HOME ${secret} ${secret}`]);
  });

  it("goes through environment, env files and .env unchanged", () => {
    assert.deepEqual(web?.environment, {
      URL: `postgres://app:${secret}@db/app`,
      PASSWORD: secret,
      ALTERNATIVE: "set",
      FROM_FILE: `<${secret}>`,
      BARE: secret,
      RAW: "$PASSWORD",
    });
    assert.equal(environment.COPY, `${secret}!`);
  });

  it("goes through labels, health checks and configs unchanged", () => {
    assert.deepEqual(web?.labels, { note: secret });
    assert.deepEqual(web?.healthcheck?.test, ["CMD-SHELL", `check ${secret}`]);
    assert.equal(config.configs?.conf?.content, `password=${secret} price=$5`);
  });
});
