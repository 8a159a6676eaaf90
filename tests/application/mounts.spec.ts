import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { checkTogether, type PlannedMount } from "../../application/mounts";
import { applicationOf } from "../components/project";

const files = {
  "conf/app.conf": "listen 80\n",
  "conf/sub/more.conf": "more\n",
  "run.sh": "#!/bin/sh\n",
  api_key: "key\n",
};

/** What a service `app` mounts that the machine does not have by itself, and the rest of the application. */
const planned = (section: string, top = "", executable: string[] = []) => {
  const compose = `services:\n  app:\n    image: app\n    ${section}\n${top}`;
  const env = { PASSWORD: "s3cret", PORT: "8080" };
  const application = applicationOf(
    { ...files, "compose.yaml": compose },
    { env, secretEnv: ["PASSWORD"] },
    executable,
  );
  return { application, mounts: application.mounts["app"] ?? [] };
};

const text = (content: object): string =>
  "text" in content ? (content.text as string) : Buffer.from(Object.values(content)[0] as Uint8Array).toString();

describe("the files that a service mounts", () => {
  it("put a secret into /run/secrets, readable for every user of the container", () => {
    const { mounts } = planned("secrets: [api_key]", "secrets: { api_key: { file: ./api_key } }");
    assert.deepEqual(
      mounts.map(({ target }) => target),
      ["/run/secrets/api_key"],
    );
    const [file] = mounts[0]?.files ?? [];
    assert.deepEqual([file?.path, file?.permissions], ["", "0444"]);
    assert.deepEqual(Object.keys(file?.content ?? {}), ["secret"]);
    assert.equal(text(file?.content ?? {}), "key\n");
  });

  it("put a secret where it says, with its mode", () => {
    const use = (target: string) => `secrets: [{ source: key, target: ${target}, mode: 0o400 }]`;
    const top = "secrets: { key: { file: api_key } }";
    assert.equal(planned(use("/etc/key"), top).mounts[0]?.target, "/etc/key");
    assert.equal(planned(use("other"), top).mounts[0]?.target, "/run/secrets/other");
    assert.equal(planned(use("other"), top).mounts[0]?.files[0]?.permissions, "0400");
  });

  it("keep a secret from the settings a mark", async () => {
    const { mounts, application } = planned("secrets: [pw]", "secrets: { pw: { environment: PASSWORD } }");
    const content = mounts[0]?.files[0]?.content ?? {};
    assert.ok("isSecret" in content && content.isSecret);
    assert.ok(!JSON.stringify(mounts).includes("s3cret"));
    const revealed = pulumi.output(application.secrets.reveal(text(content)));
    assert.equal(await new Promise((done) => void revealed.apply(done)), "s3cret");
  });

  it("take a secret from a variable that is not marked as one, and treat it as one", () => {
    const { mounts } = planned("secrets: [port]", "secrets: { port: { environment: PORT } }");
    assert.deepEqual(mounts[0]?.files[0]?.content, { text: "8080", isSecret: true });
  });

  it("put a config at the root, from a file, from its content or from a variable", () => {
    const top = "configs: { a: { file: conf/app.conf }, b: { content: 'port=${PORT}' }, c: { environment: PORT } }";
    const { mounts } = planned(
      "configs: [a, { source: b, target: /etc/b }, { source: c, target: c.txt, mode: 0o440 }]",
      top,
    );
    assert.deepEqual(
      mounts.map(({ target, files: [file] }) => [target, text(file?.content ?? {}), file?.permissions]),
      [
        ["/a", "listen 80\n", "0444"],
        ["/etc/b", "port=8080", "0444"],
        ["/c.txt", "8080", "0440"],
      ],
    );
  });

  it("take a file of the project that is marked for SELinux as any other", () => {
    const { mounts } = planned("volumes: ['./conf/app.conf:/etc/app.conf:ro,z']");
    assert.deepEqual(
      mounts.map(({ target }) => target),
      ["/etc/app.conf"],
    );
  });

  it("have a place in a folder of the release for what else is mounted there, as git holds no empty folder", () => {
    const volumes = "volumes: ['./conf:/app', '/app/node_modules', './conf/sub:/app/sub', './gone.db:/app/gone.db']";
    const { mounts } = planned(`${volumes}\n    tmpfs: [/app/tmp/cache]`);
    assert.deepEqual(
      mounts[0]?.files.map(({ path }) => path),
      ["app.conf", "sub/more.conf", "gone.db", "node_modules/.mounted", "tmp/cache/.mounted"],
    );
  });

  it("take a file of the project, executable where it is", () => {
    const { mounts } = planned("volumes: ['./run.sh:/run.sh:ro', './conf/app.conf:/etc/app.conf:ro']", "", ["run.sh"]);
    assert.deepEqual(
      mounts.map(({ target, files: [file] }) => [target, file?.permissions]),
      [
        ["/run.sh", "0555"],
        ["/etc/app.conf", "0444"],
      ],
    );
  });

  it("take a folder of the project with all that is in it", () => {
    const { mounts } = planned("volumes: ['./conf:/etc/app:ro']");
    assert.equal(mounts[0]?.target, "/etc/app");
    assert.deepEqual(
      mounts[0]?.files.map(({ path, content }) => [path, text(content)]),
      [
        ["app.conf", "listen 80\n"],
        ["sub/more.conf", "more\n"],
      ],
    );
  });

  it("leave the machine's own paths and volumes to the container", () => {
    const { mounts, application } = planned(
      "volumes: ['data:/data', '/srv:/srv', './conf:/etc/app:ro']",
      "volumes: { data: }",
    );
    assert.equal(mounts.length, 1);
    assert.deepEqual(
      application.config.services["app"]?.volumes?.map(({ target }) => target),
      ["/data", "/srv"],
    );
  });

  it("are part of the release, but for secrets", () => {
    const top = "secrets: { key: { file: ./api_key } }\nconfigs: { a: { file: ./conf/app.conf } }";
    const { application } = planned("secrets: [key]\n    configs: [a]\n    volumes: ['./run.sh:/run.sh:ro']", top);
    assert.deepEqual(application.files, ["compose.yaml", "conf/app.conf", "run.sh"]);
  });
});

describe("files that a service cannot mount", () => {
  const refused: [string, string, string, string][] = [
    [
      "a secret whose file is missing",
      "secrets: [key]",
      "secrets: { key: { file: ./missing } }",
      "secrets[0]: takes the secret key from the file missing, which is not there: create it",
    ],
    [
      "a secret whose variable is not set",
      "secrets: [key]",
      "secrets: { key: { environment: MISSING } }",
      "secrets[0]: takes the secret key from MISSING, which is not set: pulumi config set --secret --path slipway:env.MISSING",
    ],
    [
      "a config whose file is missing",
      "configs: [a]",
      "configs: { a: { file: ./missing } }",
      "configs[0]: takes the config a from the file missing, which is not there: create it",
    ],
    [
      "a config whose variable is not set",
      "configs: [a]",
      "configs: { a: { environment: MISSING } }",
      "configs[0]: takes the config a from MISSING, which is not set: pulumi config set --path slipway:env.MISSING <value>",
    ],
    [
      "a path of the project that is missing",
      "volumes: ['./missing:/etc/app:ro']",
      "",
      "volumes[0]: mounts missing, which is not there or empty: create it, or take the mount away",
    ],
  ];
  for (const [what, section, top, sentence] of refused) {
    it(what, () => {
      assert.throws(() => planned(section, top), { message: `compose.yaml:4:15: services.app.${sentence}` });
    });
  }

  it("are refused where small ones are too much together, with the largest", () => {
    const bytes = (size: number, count = 1): PlannedMount => ({
      target: `/etc/${size}`,
      files: Array.from({ length: count }, (_, at) => ({
        path: String(at),
        content: { bytes: new Uint8Array(size) },
        permissions: "0444",
      })),
    });
    const kinds: PlannedMount["files"][number]["content"][] = [
      { text: "ü".repeat(1_000_000) },
      { secret: new Uint8Array(2_000_000) },
    ];
    const others = kinds.map((content) => ({
      target: "/other",
      files: [{ path: "", content, permissions: "0444" }],
    }));
    checkTogether({ app: [bytes(250_000, 8)], other: [bytes(250_000, 8), ...others] });
    assert.throws(
      () => checkTogether({ app: [bytes(250_000, 8), bytes(1)], other: [bytes(250_000, 8), ...others] }),
      /^Error: What the services mount .* has 8 MB together and passes through Pulumi's state, which takes 8 MB of it at most; the largest is \/etc\/250000 of the service app with 2 MB: mount one folder/,
    );
    const name = "app.txt";
    const compose = `services: { app: { image: app, volumes: ["./${name}:/app.txt:ro"] } }`;
    assert.throws(
      () => applicationOf({ "compose.yaml": compose, [name]: "x".repeat(8_500_000) }),
      /has 8\.5 MB together .* the largest is \/app\.txt of the service app with 8\.5 MB/,
    );
  });
});
