/** A generated application: two compose files and an env file, by name, and the variables to fill them from. */
export interface Generated {
  files: Record<string, string>;
  env: Record<string, string>;
}

/** Makes an application of odd but mostly valid parts; the same seed gives the same one. */
export function generate(seed: number): Generated {
  const dice = new Dice(seed);
  const names = ["web", "api", "db.main", "cache_1"].slice(0, 2 + dice.below(3));
  const base = {
    services: Object.fromEntries(names.map((name) => [name, service(dice, name, names, true)])),
    ...resources(dice),
  };
  const changed = names.filter(() => dice.below(2) === 0);
  const over = { services: Object.fromEntries(changed.map((name) => [name, service(dice, name, names, false)])) };
  return {
    files: {
      "app/compose.yaml": JSON.stringify(base, null, 1),
      "app/override.yaml": JSON.stringify(over, null, 1),
      "app/some.env": dice.pick(envFiles),
    },
    env: { SET: "set", EMPTY: "", NUMBER: "5", TRUE: "true", COMMA: "a,b c" },
  };
}

/** A small generator of numbers (mulberry32): the same everywhere for the same seed. */
class Dice {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  some<T>(choices: readonly T[]): T[] {
    return choices.filter(() => this.below(3) === 0);
  }
}

const templates = [
  "plain",
  "$SET",
  "${SET}x",
  "${UNSET:-d}",
  "${UNSET-${SET}}",
  "${EMPTY:-e}",
  "${EMPTY-e}",
  "${SET:+alt}",
  "${UNSET+alt}",
  "$$literal",
  "$${SET}",
  "${UNSET:-a}${SET}-${EMPTY:+z}",
  "${UNSET:-{}}",
  "${UNSET:-$$x}",
  "a${COMMA}b",
  "100%",
  "tail$",
  "$1",
  "${SET?needed}",
  "${UNSET}",
];

const envFiles = [
  "A=1\nB=${A}x\nC='$A'\n",
  '# c\n\nexport D="a\\nb"\nE = spaced \nF=x # c\nG=#h\n',
  'H=\nI="$$x"\nJ=`b`\nK: yaml\nSET\n',
  'L="multi\nline" # c\nM=\'its\'\nN=a\'b\'c\nO="q\\"q"\n',
  "\uFEFFP=1\r\nQ=2\r\n",
  "A.B=1\nC-D=2\nE[0]=3\nF=${UNSET:-x}${NUMBER}\n",
];

const parts: Record<string, readonly unknown[]> = {
  command: [
    "echo a 'b c' \"d\"",
    "a\\ b | c",
    ["x", "$SET y"],
    [],
    "",
    null,
    "run --x=${COMMA}",
    "a;b",
    "1>2",
    "a>b",
    "'' \"\" x",
  ],
  entrypoint: ["sh -c 'x'", ["e"], "", null],
  ports: [
    ["80"],
    [8080, "8081:81/udp", "1.2.3.4:82:82"],
    ["90-92:90-92", "91:91"],
    ["${NUMBER}000:1", { target: "2", published: 2 }],
    [{ target: 3, published: "3", host_ip: "::1", protocol: "tcp" }, "[::1]:3:3"],
    ["80:80", "80:80/udp", "0.0.0.0:80:80"],
  ],
  volumes: [
    ["v:/a", "./b:/b:ro"],
    ["/c", "v:/a:nocopy"],
    [{ type: "tmpfs", target: "/t/", tmpfs: { size: "1m" } }],
    ["../x:/b/", "v:/d/../e"],
  ],
  labels: [["a=1", "b"], { a: 2, c: null, d: true, e: 1.25 }, ["x=${COMMA}"], { "p.q": "$SET" }],
  cap_add: [
    ["A", "B"],
    ["B", "C"],
  ],
  extra_hosts: [["h=1.1.1.1", "i:2.2.2.2"], { h: "3.3.3.3", j: ["4.4.4.4", "::1"] }, ["k=[::1]"]],
  dns: ["1.1.1.1", ["1.1.1.1", "8.8.8.8"], ["${EMPTY}", "9.9.9.9"]],
  tmpfs: ["/tmp", ["/run", "/r2:size=1m"]],
  sysctls: [{ "net.a": 1 }, ["net.a=2", "net.b=x"]],
  ulimits: [{ nofile: 5, nproc: { soft: 1, hard: 2 } }, { nofile: { soft: "3", hard: 4 } }, { core: "${NUMBER}" }],
  healthcheck: [
    { test: "x $SET", interval: "90s" },
    { test: ["CMD", "y"], retries: "${NUMBER}", timeout: "1.5m" },
    { disable: "${TRUE}" },
    { start_period: "1h", test: ["NONE"] },
  ],
  deploy: [
    { resources: { limits: { cpus: "0.7", memory: "1.5g" } } },
    { replicas: 1, labels: ["a=b"], restart_policy: { delay: "5s", condition: "any" } },
    {
      resources: { reservations: { memory: "10m", cpus: 0.15 } },
      update_config: { order: "start-first", delay: "0s" },
    },
  ],
  logging: [{ driver: "json-file", options: { a: "1" } }, { options: { b: 2 } }, { driver: "local" }],
  networks: [
    ["n"],
    { n: { aliases: ["x", "y"] }, default: null },
    { m: { ipv4_address: "10.0.0.5", priority: 3 } },
    [],
  ],
  env_file: ["some.env", ["./some.env"], [{ path: "some.env" }, { path: "gone.env", required: false }]],
  build: [
    ".",
    "./x",
    { context: "y", args: ["SET", "UNSET", "A=${COMMA}"] },
    { args: { A: 1, SET: null, UNSET: null }, target: "t" },
    { labels: ["l=1"], extra_hosts: { a: "1.1.1.1" } },
  ],
  secrets: [["s"], [{ source: "s", mode: 256 }], [{ source: "s", target: "/x", mode: "0440" }]],
  configs: [["c"], [{ source: "c", target: "/y" }]],
  restart: ["always", "no", "on-failure:3"],
  mem_limit: ["1g", 1000000, "10M", "1.5k"],
  cpus: [0.1, "0.25", 2, "${NUMBER}"],
  shm_size: ["64m", 0, "1GiB"],
  init: [true, false, "${TRUE}"],
  privileged: [true, "no"],
  stop_grace_period: ["1m", "0s", "1.5s", "2d"],
  pull_policy: ["always", "if_not_present", "missing"],
  expose: [
    ["1", 2],
    ["2", "3-4"],
  ],
  profiles: [[]],
  group_add: [["a", 5]],
  annotations: [{ a: "b" }, ["c=d"]],
  stdin_open: [true],
  user: ["1000", "a:b"],
  working_dir: ["/w", "${SET}"],
  platform: ["linux/amd64"],
  security_opt: [["no-new-privileges:true"], ["seccomp=x"]],
  "x-note": ["${SET}"],
};

/** Keys whose lists only grow: the same entry in both files would be refused. */
const onlyInFirst = ["security_opt", "group_add"];

/** Keys that must not contradict `deploy`. */
const besidesDeploy = ["mem_limit", "cpus"];

function service(dice: Dice, name: string, names: readonly string[], whole: boolean): Record<string, unknown> {
  const known = Object.keys(parts).filter((key) => whole || !onlyInFirst.includes(key));
  const limited = names.indexOf(name) % 2 === 0 ? ["deploy"] : besidesDeploy;
  const chosen = dice
    .some(known.filter((key) => !limited.includes(key)))
    .map((key) => [key, dice.pick(parts[key] as readonly unknown[])] as const);
  const others = dice.some(names.slice(names.indexOf(name) + 1)).slice(0, 1);
  const waits = dice.pick([others, Object.fromEntries(others.map((name) => [name, { condition: "service_healthy" }]))]);
  return {
    ...(whole ? { image: `i:${dice.pick(templates)}` } : {}),
    ...Object.fromEntries(chosen),
    ...(dice.below(2) === 0 ? { environment: environment(dice) } : {}),
    ...(others.length > 0 && dice.below(4) === 0 ? { depends_on: waits } : {}),
  };
}

function environment(dice: Dice): unknown {
  const keys = dice.some(["A", "B", "SET", "UNSET", "D.E", "F", "G"]);
  if (dice.below(2) === 0) return keys.map((key) => dice.pick([key, `${key}=`, `${key}=${dice.pick(templates)}`]));
  const values = [null, "", 1, -5, 1.5, 100000, 0.001, true, false, ...templates];
  return Object.fromEntries(keys.map((key) => [key, dice.pick(values)]));
}

function resources(dice: Dice): Record<string, unknown> {
  return {
    networks: {
      n: dice.pick([
        null,
        {},
        { internal: true },
        { name: "x-${SET}", labels: ["a=b"] },
        { driver_opts: { mtu: 1400 } },
      ]),
      m: dice.pick([
        { ipam: { config: [{ subnet: "10.0.0.0/16" }] } },
        { external: true },
        { external: "${TRUE}", name: "e" },
      ]),
      unused: null,
    },
    volumes: {
      v: dice.pick([null, { name: "named" }, { external: true }, { labels: { a: 1 }, driver_opts: { o: "x", n: 2 } }]),
    },
    secrets: {
      s: dice.pick([{ file: "s.txt" }, { environment: "SET" }, { external: true }, { file: "/abs", name: "sn" }]),
    },
    configs: {
      c: dice.pick([{ content: "a=${SET} $$" }, { file: "./c" }, { environment: "EMPTY" }, { environment: "SET" }]),
    },
    ...dice.pick([{}, { "x-top": { a: ["${SET}", 1] } }]),
  };
}
