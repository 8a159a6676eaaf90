import assert from "node:assert/strict";
import { unwell } from "../../docker/unwell";
import type { ContainerState, Health, State } from "../../docker/judge";

const seen = (state: Partial<State>, health?: Partial<Health>): ContainerState => ({
  restarts: 0,
  state: {
    Status: "running",
    Running: true,
    Restarting: false,
    ExitCode: 0,
    StartedAt: "2026-11-27T12:00:00Z",
    ...state,
    ...(health ? { Health: { Status: "unhealthy", FailingStreak: 3, ...health } } : {}),
  },
});

const tried = (ExitCode: number, Output: string): Partial<Health> => ({ Log: [{ ExitCode, Output }] });

describe("what is wrong with a container is told", () => {
  it("with the service, its health check's last words, the end of its log and what to do", () => {
    const words = unwell(
      "The service web",
      "its health check failed 3 times in a row",
      seen(
        {},
        {
          Log: [
            { ExitCode: 0, Output: "fine" },
            { ExitCode: 1, Output: "HTTP/1.1 503\n" },
          ],
        },
      ),
      "listening\nno database\n",
    );
    assert.equal(
      words,
      [
        "The service web is not well: its health check failed 3 times in a row.",
        "Its last try ended with exit code 1 and printed:",
        "  HTTP/1.1 503",
        "Its log ends with:",
        "  listening",
        "  no database",
        "Mend what the log tells of; where the service only needs longer to begin, say so (healthcheck.start_period, healthcheck.retries).",
      ].join("\n"),
    );
  });

  it("without anything that a terminal would obey, each line of the container's below its heading", () => {
    const words = unwell(
      "The service web",
      "its health check failed once",
      seen({}, tried(1, "\x1b[2Jno\x1b]0;owned\x07 answer\n")),
      "begins\rThe service web is well.\n\u202eend\n",
    );
    assert.match(
      words,
      /printed:\n {2}no answer\nIts log ends with:\n {2}begins\n {2}The service web is well\.\n {2}end\n/,
    );
  });

  /** What the container and its log are like, and what is told of it. */
  const cases: [string, ContainerState, string, RegExp[]][] = [
    [
      "a silent check and an empty log",
      seen({}, tried(1, "")),
      "",
      [/exit code 1 and printed nothing/, /log is empty/],
    ],
    [
      "a check that takes too long",
      seen({}, tried(-1, "Health check exceeded timeout (2s)")),
      "up",
      [/ended for taking too long \(Health check exceeded timeout \(2s\)\)/, /healthcheck\.timeout/],
    ],
    [
      "a check whose program the image lacks, by the shell",
      seen({}, tried(127, "/bin/sh: curl: not found")),
      "up",
      [/curl: not found/, /lacks the program of the health check/],
    ],
    [
      "a check whose program the image lacks, by the Engine",
      seen({}, tried(-1, 'exec: "curl": executable file not found in $PATH: unknown')),
      "up",
      [/lacks the program of the health check/],
    ],
    ["want of memory", seen({ Running: false, OOMKilled: true, ExitCode: 137 }), "up", [/want of memory.*mem_limit/]],
    [
      "what the Engine's words in its log say",
      seen({ Running: false, ExitCode: 1 }),
      "write: no space left on device",
      [/The machine's disk is full/],
    ],
    [
      "one that has ended",
      seen({ Running: false, ExitCode: 1 }, tried(0, "ok")),
      "boom",
      [/^Mend what the log tells of\.$/m],
    ],
    ["a check that passes", seen({}, { Status: "healthy", ...tried(0, "ok") }), "boom", [/well: x\.\nIts log/]],
  ];
  for (const [what, state, log, told] of cases) {
    it(`for ${what}`, () => {
      const words = unwell("The service web", "x", state, log);
      for (const each of told) assert.match(words, each);
    });
  }

  it("with the end of a check's words alone where they are many", () => {
    const words = unwell("The edge", "x", seen({}, tried(1, `${"a".repeat(4000)}the reason`)), "");
    assert.ok(words.length < 1200, `${words.length} characters`);
    assert.match(words, /… a+the reason/);
  });
});
