import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { factsScript, readFacts } from "../../../machine/ssh/facts";
import { unfit } from "../../../machine/ssh/fit";

const listening = [
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
  "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0",
].join("\n");

const said = (...lines: string[]): string => [...lines, listening, ""].join("\n");

describe("what a machine tells of itself", () => {
  it("is read from the shell of any POSIX system", () => {
    const facts = readFacts(execFileSync("sh", ["-c", factsScript], { encoding: "utf8" }));
    const architecture = { x64: "amd64", arm64: "arm64" }[process.arch as string] ?? process.arch;
    assert.equal(facts.platform, `${process.platform}/${architecture}`);
    assert.equal(facts.home, process.env["HOME"]);
    assert.equal(typeof facts.isRoot, "boolean");
    assert.ok((facts.room?.left ?? 0) > 0 && facts.room?.folder.startsWith("/var/lib"), JSON.stringify(facts.room));
  });

  it("is everything that a stage needs", () => {
    const facts = readFacts(
      said("system Linux aarch64", "home /home/ada", "docker", "socket", "apt", "root", "room 2097152 /var/lib/docker"),
    );
    const { holds, ...plain } = facts;
    assert.deepEqual(plain, {
      platform: "linux/arm64",
      home: "/home/ada",
      hasDocker: true,
      mayUse: true,
      hasApt: true,
      isRoot: true,
      room: { folder: "/var/lib/docker", left: 2048 },
    });
    assert.deepEqual([holds(8080), holds(8081)], [true, false]);
  });

  it("may be less", () => {
    const { holds: _holds, ...plain } = readFacts(said("system Linux x86_64"));
    assert.deepEqual(plain, { platform: "linux/amd64", hasDocker: false, hasApt: false, isRoot: false });
    assert.equal(readFacts(said("system Linux x86_64", "docker", "forbidden")).mayUse, false);
  });
});

describe("a machine that is reached over SSH", () => {
  const host = { host: "shop.example.com", port: 22, user: "ada", hostKey: [] };
  const fits = (...lines: string[]): string | undefined => unfit(host, readFacts(said(...lines)));

  it("will do with Docker, or where Docker can be installed", () => {
    assert.equal(fits("system Linux x86_64", "docker", "socket"), undefined);
    assert.equal(fits("system Linux x86_64", "apt", "root"), undefined);
    assert.equal(fits("system Linux x86_64", "docker", "socket", "room 65536 /var/lib/docker"), undefined);
  });

  const refused: [string, string[], RegExp][] = [
    [
      "another system",
      ["system Darwin arm64", "docker", "socket"],
      /is no Linux machine \(darwin\/arm64\): take one that is\.$/,
    ],
    [
      "no Docker and no apt-get",
      ["system Linux x86_64", "root"],
      /has no Docker, and no apt-get to install it with: install it there/,
    ],
    [
      "no Docker and no right",
      ["system Linux x86_64", "apt"],
      /has no Docker, and ada may not install it: take a user who is root/,
    ],
    [
      "an Engine that does not run",
      ["system Linux x86_64", "docker"],
      /does not run: start it there \(systemctl start docker\)\.$/,
    ],
    [
      "an Engine that is not for this user",
      ["system Linux x86_64", "docker", "forbidden"],
      /usermod -aG docker ada\)\.$/,
    ],
    [
      "no room",
      ["system Linux x86_64", "docker", "socket", "room 20000 /var/lib/docker"],
      /has 19 MiB left in \/var\/lib\/docker, too little for containers to start: make room there/,
    ],
  ];
  for (const [what, lines, sentence] of refused) {
    it(`is refused with ${what}`, () => {
      assert.match(fits(...lines) ?? "", sentence);
      assert.match(fits(...lines) ?? "", /ada@shop\.example\.com/);
    });
  }
});
