import assert from "node:assert/strict";
import { namesOf } from "../../application/roles";
import type { ReadApplication } from "../../plan/application";
import { withImages } from "../../plan/withImages";
import { planHere } from "../machine/here";
import { applicationOf } from "../components/project";
import { Folder } from "../release/folder";

const html = { "html/index.html": "x" };
const conf = { "site.conf": "server {}\n" };

/** A compose file as people write it, the project's other files, and what becomes of it. */
const taken: Record<string, [string, Record<string, string>, (application: ReadApplication) => void]> = {
  "a container's name, by which others call it": [
    `services:
  shop: { image: "nginx:1.27", environment: { DB_HOST: main-db } }
  db: { image: "postgres:17", container_name: main-db }
`,
    {},
    ({ config, warnings }) => {
      assert.deepEqual(config.services["db"]?.networks, { default: { aliases: ["main-db"] } });
      assert.match(warnings.join("\n"), /The container_name main-db of the service db is an alias/);
    },
  ],
  "a folder beside the file that a database writes to": [
    `services: { db: { image: "postgres:17", volumes: ["./data/pg:/var/lib/postgresql/data"] } }\n`,
    {},
    ({ kept, warnings }) => {
      assert.deepEqual(
        kept.map(({ path, kind }) => [path, kind]),
        [["data/pg", "folder"]],
      );
      assert.match(warnings.join(), /which git does not hold, so it is data/);
    },
  ],
  "several mounts for writing, each for what it is": [
    `services:
  web: { image: "nginx:1.27", volumes: ["./site.conf:/etc/nginx/conf.d/default.conf", "./html:/usr/share/nginx/html"] }
  db: { image: "postgres:17", volumes: ["./pg:/var/lib/postgresql/data", "./first.sql:/docker-entrypoint-initdb.d/first.sql"] }
`,
    { ...conf, ...html, "first.sql": "select 1;" },
    ({ kept, mounts, warnings }) => {
      assert.deepEqual(
        kept.map(({ path }) => path),
        ["pg"],
      );
      assert.equal([...(mounts["web"] ?? []), ...(mounts["db"] ?? [])].length, 3);
      assert.equal(warnings.filter((one) => one.includes("which git holds")).length, 3);
    },
  ],
  "a folder that its own file mounts from where it is": [
    `include: [part/compose.yaml]\n`,
    {
      "part/compose.yaml": `services: { web: { image: "nginx:1.27", volumes: ["./site.conf:/etc/site.conf"] } }\n`,
      "part/site.conf": "x",
    },
    ({ mounts, warnings }) => {
      assert.equal(mounts["web"]?.length, 1);
      assert.match(warnings.join(), /mounts \.\/part\/site\.conf for writing, which git holds/);
    },
  ],
  "a label of SELinux at a file of the project": [
    `services: { web: { image: "nginx:1.27", volumes: ["./site.conf:/etc/site.conf:ro,z"] } }\n`,
    conf,
    ({ mounts }) => assert.equal(mounts["web"]?.length, 1),
  ],
  "the same at a path of the machine": [
    `services: { web: { image: "nginx:1.27", volumes: ["/srv/pages:/usr/share/nginx/html:Z"] } }\n`,
    {},
    ({ config }) => assert.equal(config.services["web"]?.volumes?.[0]?.bind?.selinux, "Z"),
  ],
  "a database's port, on loopback alone": [
    `services: { db: { image: "postgres:17", ports: ["5432:5432"] } }\n`,
    {},
    ({ config, warnings }) => {
      assert.equal(config.services["db"]?.ports?.[0]?.host_ip, "127.0.0.1");
      assert.match(warnings.join(), /ssh -L 5432:127\.0\.0\.1:5432/);
      assert.equal(warnings.length, 1);
    },
  ],
  "a service whose end another one waits for": [
    `services:
  schema: { image: "busybox:1.37", command: ["true"] }
  web: { image: "nginx:1.27", depends_on: { schema: { condition: service_completed_successfully } } }
`,
    {},
    ({ config }) => assert.deepEqual(namesOf("job", config.services), ["schema"]),
  ],
  "a service that says nothing of restart and may end, which stays as it is": [
    `services:
  bucket: { image: "minio/mc:latest", command: mb -p local/photos }
  web: { image: "nginx:1.27", depends_on: [bucket] }
`,
    {},
    ({ config }) => assert.deepEqual(namesOf("job", config.services), []),
  ],
  "a network's name": [
    `services: { web: { image: "nginx:1.27", networks: [inner] } }\nnetworks: { inner: { name: company-inner } }\n`,
    {},
    ({ networkNames }) => assert.deepEqual(networkNames[0]?.name, "company-inner"),
  ],
  "a link, as an alias and a dependency": [
    `services:\n  web: { image: "nginx:1.27", links: ["db:sql"] }\n  db: { image: "mariadb:11" }\n`,
    {},
    ({ config }) => {
      assert.deepEqual(config.services["db"]?.networks, { default: { aliases: ["sql"] } });
      assert.ok(config.services["web"]?.depends_on?.["db"]);
    },
  ],
  "the home of who runs it": [
    `services: { web: { image: "nginx:1.27", volumes: ["~/pages:/usr/share/nginx/html:ro"] } }\n`,
    {},
    ({ config }) => assert.equal(config.services["web"]?.volumes?.[0]?.source, "/home/ada/pages"),
  ],
  "a health check that only its image has, which another one waits for": [
    `services:
  web: { image: "nginx:1.27", depends_on: { app: { condition: service_healthy } } }
  app: { image: "example/app:5" }
`,
    {},
    ({ config }) => assert.equal(config.services["app"]?.healthcheck, undefined),
  ],
  "a health check that is not switched off": [
    `services: { web: { image: "nginx:1.27", healthcheck: { disable: false } } }\n`,
    {},
    (application) => assert.equal(withImages(application, {}).config.services["web"]?.healthcheck, undefined),
  ],
  "a merge key that says what it is": [
    `x-all: &all { restart: always }\nservices:\n  web:\n    !!merge <<: *all\n    image: nginx:1.27\n`,
    {},
    ({ config }) => assert.equal(config.services["web"]?.restart, "always"),
  ],
  "an empty argument at a command's end": [
    `services: { cache: { image: "redis:7", command: 'redis-server --requirepass "\${PASSWORD:-}"' } }\n`,
    {},
    (application) => {
      const { config } = withImages(application, { cache: { volumes: [], entrypoint: ["entry"] } });
      assert.deepEqual(config.services["cache"]?.entrypoint, ["entry"]);
    },
  ],
  "a limit of processes, which makes no difference": [
    `services: { app: { image: "nginx:1.27", pids_limit: 100 } }\n`,
    {},
    ({ warnings }) => assert.match(warnings.join(), /pids_limit/),
  ],
  "a published port of which no file says what it speaks": [
    `services: { web: { image: "nginx:1.27", ports: ["8080:80"] } }\n`,
    {},
    ({ warnings }) =>
      assert.match(warnings.join(), /not held by the edge.*write slipway:edge: \{ http: \["web:80"\] \}/),
  ],
};

describe("a compose file as people write it is taken, with", () => {
  for (const [what, [compose, files, look]] of Object.entries(taken)) {
    it(what, () => look(applicationOf({ "compose.yaml": compose, ...files }, { home: "/home/ada" })));
  }
});

/** What stays wrong, and the beginnings of all that is told of it in one run. */
const refused: Record<string, [string, RegExp[]]> = {
  "a file of which no service is active": [
    `services:\n  web: { image: "nginx:1.27", profiles: [full] }\n  db: { image: "postgres:17", profiles: [full] }\n`,
    [/^compose\.yaml:1:1: services: no service is active, .*COMPOSE_PROFILES: full/],
  ],
  "a tag that is empty, by its service and its variable": [
    `services:\n  one: { image: "nginx:1.27" }\n  two: { image: "example.com/two:\${TAG:-}" }\n`,
    [/^compose\.yaml:3:10: services\.two\.image: .*the variable TAG is empty/],
  ],
  "a file that is mounted without ./, which is a volume's name": [
    `services: { web: { image: "nginx:1.27", volumes: ["site.conf:/etc/site.conf:ro"] } }\n`,
    [/^compose\.yaml:1:\d+: services\.web\.volumes\[0\]: .*write \.\/site\.conf where it is a file or folder$/],
  ],
  "several keys of one service, each at its place": [
    `services:\n  web:\n    image: nginx:1.27\n    pid: host\n    uts: host\n  db:\n    image: postgres:17\n    cgroup: host\n`,
    [
      /^compose\.yaml:4:5: services\.web\.pid/,
      /^compose\.yaml:5:5: services\.web\.uts/,
      /^compose\.yaml:8:5: services\.db\.cgroup/,
    ],
  ],
  "what five parts of planning find": [
    `services:
  init: { image: "busybox:1.37", userns_mode: host }
  db:
    image: postgres:17
    depends_on: { init: { condition: service_healthy }, none: { condition: service_started } }
    volumes: ["./missing:/m:ro", "kept:/kept"]
volumes: { kept: { external: true } }
`,
    [
      /^compose\.yaml:2:\d+: services\.init\.userns_mode/,
      /^compose\.yaml:5:\d+: services\.db\.depends_on\.none/,
      /^compose\.yaml:6:\d+: services\.db\.volumes\[0\]/,
      /^compose\.yaml:7:\d+: volumes\.kept/,
    ],
  ],
  "a service with a dot in its name": [
    `services:\n  shop.db:\n    image: postgres:17\n    pid: host\n`,
    [/^compose\.yaml:4:5: services\."shop\.db"\.pid/],
  ],
};

describe("a compose file as people write it is refused at its place, with", function () {
  this.timeout(20_000);
  for (const [what, [compose, expected]] of Object.entries(refused)) {
    it(what, async () => {
      using folder = new Folder().write({ "compose.yaml": compose });
      const lines = await planHere(folder.commit().path, { compose: "compose.yaml" }).then(
        () => [],
        (error: Error) => error.message.split("\n"),
      );
      assert.equal(lines.length, expected.length, lines.join("\n"));
      expected.forEach((sentence, index) => assert.match(lines[index] ?? "", sentence));
    });
  }
});
