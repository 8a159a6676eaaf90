import assert from "node:assert/strict";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { guardrails } from "../../components/guardrails";
import { checkAlways } from "../../plan/alwaysHold";
import { Refusal } from "../../errors/refusal";
import { Stage } from "../../components/stage";
import type { StagePlan } from "../../plan/stage";
import { container, declare, digestOf, remoteImage, volume } from "./engine";
import type { Service } from "../../compose/index";
import { applicationOf } from "./project";
import { building, promoted } from "./shop";
import { tunnelSettings } from "./tunnel/behind";

const facts = { project: "shop", stage: "production", takesOver: true, others: ["staging"] };
const guard = guardrails(facts, [{ holder: "the service web", port: 8080, protocol: "tcp", ip: "127.0.0.1" }]);
const look = (args: Partial<pulumi.ResourceTransformationArgs>) =>
  guard({ type: volume, name: "data", props: {}, opts: {}, ...args } as pulumi.ResourceTransformationArgs);
const refused = (says: RegExp) => (error: unknown) => error instanceof Refusal && says.test(error.message);

describe("what must always hold of each resource of a stage", () => {
  it("is that a volume with data stays", () => {
    const isDeleted = refused(/^data is a data volume that is declared without retainOnDelete/);
    assert.throws(() => look({}), isDeleted);
    assert.throws(() => look({ opts: { retainOnDelete: false } as pulumi.ResourceOptions }), isDeleted);
    assert.equal(look({ opts: { retainOnDelete: true } as pulumi.ResourceOptions }), undefined);
    assert.equal(look({ opts: { protect: true } }), undefined);
    assert.throws(
      () => look({ props: { labels: [{ label: "slipway.files", value: "web" }] } }),
      isDeleted,
      "a label alone",
    );
  });

  it("is that a disk stays", () => {
    assert.throws(
      () => look({ type: "gcp:compute/disk:Disk" }),
      refused(/^data is a disk for data that is declared without/),
    );
  });

  it("is that a stage that takes a release over builds nothing", () => {
    const build = { type: "command:local:Command", props: { create: "docker build ." } };
    assert.throws(() => look(build), refused(/^data \(command:local:Command\) runs a build/));
    assert.equal(
      guardrails({ ...facts, takesOver: false }, [])({ name: "own", opts: {}, ...build } as never),
      undefined,
    );
  });

  it("is that nothing listens beyond what is said", () => {
    const image = `shop/web@${digestOf("web")}`;
    const holds = (port: object) =>
      look({ type: container, name: "web", props: { image, ports: [{ internal: 80, ...port }] } });
    assert.equal(holds({ external: 8080, ip: "127.0.0.1" }), undefined);
    assert.equal(holds({}), undefined, "a port that the Engine chooses");
    for (const port of [{ external: 8081, ip: "127.0.0.1" }, { external: 8080 }, { external: 8080, ip: "0.0.0.0" }]) {
      assert.throws(
        () => holds(port),
        refused(/^web listens on port 808\d, which neither the compose file nor the overlay publishes there/),
      );
    }
  });

  it("is that nothing listens where no port tells", () => {
    const image = `shop/web@${digestOf("web")}`;
    const runs = (props: object) => look({ type: container, name: "web", props: { image, ...props } });
    assert.throws(() => runs({ networkMode: "host" }), refused(/^web is on the machine's own network/));
    assert.throws(() => runs({ publishAllPorts: true }), refused(/^web publishes each port that its image names/));
    assert.equal(runs({ networkMode: "bridge", publishAllPorts: false }), undefined);
    const said = guardrails(facts, [], ["web"]);
    const labelled = (service: string, props: object = {}) =>
      said({
        type: container,
        name: service,
        props: { image, networkMode: "host", labels: [{ label: "slipway.service", value: service }], ...props },
        opts: {},
      } as never);
    assert.equal(labelled("web"), undefined, "the file says it of web");
    assert.throws(() => labelled("api"), refused(/^api is on the machine's own network/));
    assert.throws(() => labelled("web", { publishAllPorts: true }), refused(/^web is on the machine's own network/));
  });

  it("is that a container runs a digest, as soon as it is known which", async () => {
    for (const [type, input] of [
      [container, "image"],
      [remoteImage, "name"],
    ] as const) {
      assert.throws(() => look({ type, props: { [input]: "postgres:16" } }), refused(/is not named by a digest/));
      const late = (image: string) =>
        look({ type, props: { [input]: pulumi.output(image), other: 1 } })?.props[input] as pulumi.Output<string>;
      const good = `postgres@${digestOf("postgres")}`;
      assert.equal(await value(late(good)), good);
      await assert.rejects(value(late("postgres:16")), refused(/is not named by a digest/));
    }
  });

  it("is so for what only comes to be known, however deep it lies and whether or not it is a secret", async () => {
    const image = `shop/web@${digestOf("web")}`;
    const late = (props: object) => look({ type: container, name: "web", props: { image, ...props } })?.props ?? {};
    const ports = (external: number) => [{ internal: 80, external: pulumi.output(external), ip: "127.0.0.1" }];
    assert.deepEqual(await value(pulumi.output(late({ ports: ports(8080) })["ports"])), [
      { internal: 80, external: 8080, ip: "127.0.0.1" },
    ]);
    const wrong: [object, RegExp][] = [
      [{ ports: ports(19000) }, /^web listens on port 19000/],
      [{ ports: pulumi.output([{ internal: 1, external: 19000 }]) }, /^web listens on port 19000/],
      [{ networkMode: pulumi.secret("host") }, /^web is on the machine's own network/],
      [{ networkMode: Promise.resolve("host"), start: pulumi.output(true) }, /^web is on the machine's own network/],
    ];
    for (const [props, says] of wrong) await assert.rejects(value(pulumi.output(late(props))), refused(says));
    const secret = late({ envs: pulumi.secret(["A=1"]) })["envs"] as pulumi.Output<string[]>;
    assert.equal(await (secret as unknown as { isSecret: Promise<boolean> }).isSecret, true);
  });

  describe("is so for what a transformation of somebody's own makes of it,", () => {
    type Change = (args: pulumi.ResourceTransformationArgs) => pulumi.ResourceTransformationResult;
    const stage = (plan: StagePlan, of: string, change: Change) => {
      const careless: pulumi.ResourceTransformation = (args) => (args.type === of ? change(args) : undefined);
      return declare(plan.id, () => new Stage("app", plan, { transformations: [careless] }).outputs);
    };
    const props =
      (changed: object): Change =>
      ({ props, opts }) => ({ props: { ...(props as object), ...changed }, opts });
    const letGo: Change = ({ props, opts }) => ({ props, opts: { ...opts, retainOnDelete: false } });
    const command = "command:local:Command";

    const wrong: [string, string, Change, RegExp][] = [
      ["a volume let go", volume, letGo, /is a data volume that is declared without retainOnDelete/],
      ["an image by a tag", container, props({ image: "redis:7" }), /runs the image redis:7, which is not named by a/],
      [
        "a port that no file names",
        container,
        props({ ports: [{ internal: 9000, external: 19000 }] }),
        /listens on port 19000, which neither the compose file nor the overlay publishes/,
      ],
      [
        "the machine's own network",
        container,
        props({ networkMode: "host" }),
        /is on the machine's own network, where everything that it listens on is open/,
      ],
      [
        "a build where a release is taken over",
        command,
        props({ update: "docker build ." }),
        /runs a build, and this stage takes a verified release over/,
      ],
    ];
    for (const [what, of, change, says] of wrong) {
      it(`as ${what}`, () => assert.rejects(stage(promoted(), of, change), refused(says)));
    }

    it("as one of the whole program's, which the SDK puts behind the stage's own", async () => {
      const plan = promoted();
      const careless: pulumi.ResourceTransformation = (args) => (args.type === volume ? letGo(args) : undefined);
      const around = () => {
        const parent = new pulumi.ComponentResource("shop:all:All", "all", {}, { transformations: [careless] });
        return new Stage("app", plan, { parent }).outputs;
      };
      await assert.rejects(
        declare(plan.id, around),
        refused(/is a data volume that is declared without retainOnDelete/),
      );
    });

    it("as what only calls itself a part of Slipway", async () => {
      const plan = promoted();
      for (const type of ["slipway:edge:Edge", "slipway:registry:LocalRegistry", "slipway:tunnel:Tunnel"]) {
        const beside = () => {
          const parent = new Stage("app", plan);
          const part = new pulumi.ComponentResource(type, "mine", {}, { parent });
          return new docker.Container("mine", { image: "redis:7" }, { parent: part }).id;
        };
        await assert.rejects(
          declare(plan.id, beside),
          refused(/^mine runs the image redis:7, which is not named by a/),
        );
      }
    });

    it("and not where it may: a build in a stage that builds, and less memory", async () => {
      await assert.doesNotReject(stage(building(), command, props({ update: "docker build ." })));
      await assert.doesNotReject(stage(promoted(), container, props({ memory: 256 })));
    });
  });

  it("knows which component a resource is a part of", async () => {
    // The edge's image has a tag; that it is a part of the edge is all that speaks for it.
    const plan = promoted();
    await assert.doesNotReject(declare(plan.id, () => new Stage("app", plan).outputs));
  });
});

describe("what must always hold of an application, before anything is declared", () => {
  const application = (services: string, more = "") =>
    applicationOf({ "compose.yaml": `services:\n${services}\n${more}` }, { stage: "production" });
  const check = (...args: Parameters<typeof application>) => checkAlways(application(...args), facts);

  it("is that databases are on loopback at most, behind the edge as well", () => {
    // What a compose file opens is put there before (plan/databasePorts.ts): so a plan that does not is refused.
    const opened = (services: string) => {
      const read = application(services);
      const open = ([name, service]: [string, Service]) => [
        name,
        { ...service, ports: service.ports?.map(({ host_ip: _ip, ...port }) => port) },
      ];
      const all = Object.fromEntries(Object.entries(read.config.services).map(open)) as Record<string, Service>;
      return () => checkAlways({ ...read, config: { ...read.config, services: all } }, facts);
    };
    assert.throws(
      opened("  db: { image: postgres:16, ports: ['5432:5432'] }\n  cache: { image: 'redis:7', ports: ['6379:6379'] }"),
      refused(
        /^shop-production-db publishes the port 5432 of a database .*: write "127\.0\.0\.1:5432:5432", .*\.\nshop-production-cache publishes the port 6379/,
      ),
    );
    const web = (image: string) =>
      `  db: { image: ${image}, ports: [{ target: 8529, published: "8529", app_protocol: http }] }`;
    assert.throws(opened(web("arangodb/arangodb:3")), refused(/^shop-production-db publishes the port 8529/));
    assert.doesNotThrow(() => check(web("arangodb/arangodb:3")));
    assert.doesNotThrow(() => check(web("shop/viewer:1")));
    assert.doesNotThrow(() => check("  db: { image: postgres:16, ports: ['127.0.0.1:5432:5432'] }"));
  });

  it("is that no tunnel leads to a database, though its port is on loopback", () => {
    const port = (published: number, target: number) =>
      `ports: [{ target: ${target}, published: "${published}", app_protocol: http, host_ip: 127.0.0.1 }]`;
    const text = `services:\n  web: { image: web, ${port(8080, 80)} }\n  db: { image: "arangodb:3", ${port(8529, 8529)} }`;
    const behind = (...hostnames: unknown[]) =>
      checkAlways(
        applicationOf({ "compose.yaml": text }, { stage: "production", tunnel: tunnelSettings({ hostnames }) }),
        facts,
      );
    assert.throws(
      () => behind("shop.example.com", { host: "db.example.com", service: "db" }),
      refused(
        /^shop-production-db has the port 8529 of a database reached from everywhere as db\.example\.com: let that name lead to another service in slipway:tunnel\.hostnames, [^\n]*$/,
      ),
    );
    assert.doesNotThrow(() => behind("shop.example.com"));
  });

  it("is that nothing of another stage is used", () => {
    const mounted = "  web: { image: 'web:1', volumes: ['data:/data'] }";
    assert.throws(
      () => check(mounted, "volumes: { data: { name: shop-staging_data } }"),
      refused(/^shop-production-web uses the volume shop-staging_data, which is named after the stage staging/),
    );
    assert.throws(
      () =>
        check(
          "  web: { image: 'web:1', networks: [lan] }",
          "networks: { lan: { external: true, name: shop-staging_front } }",
        ),
      refused(/^shop-production-web uses the network shop-staging_front/),
    );
    const behind = (path: string) =>
      check(mounted, `volumes: { data: { driver_opts: { type: none, o: bind, device: ${path} } } }`);
    assert.throws(
      () => behind("/var/lib/docker/volumes/shop-staging_data/_data"),
      refused(/^shop-production_data uses the volume shop-staging_data, which is named after the stage staging/),
    );
    assert.doesNotThrow(() => behind("/srv/shop-staging"));
    assert.doesNotThrow(() => check(mounted, "volumes: { data: }"));
    assert.doesNotThrow(() => check("  web: { image: 'web:1', networks: [staging] }", "networks: { staging: }"));
    assert.doesNotThrow(() => check("  web: { image: 'web:1', volumes: ['/srv/shop-staging:/data', '/cache'] }"));
  });
});

/** What an output comes to. */
function value<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}
