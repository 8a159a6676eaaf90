import assert from "node:assert/strict";
import type { Hands, Made } from "../../../runner/kinds/kind";
import { command } from "../../../runner/kinds/command";
import type { Values } from "../../../runner/resource";

/** Runs a command and tells what it made and said. */
async function run(inputs: Values, folder = "."): Promise<Made & { said: string[] }> {
  const said: string[] = [];
  const made = await command.create(inputs, { folder, say: (line: string) => said.push(line) } as unknown as Hands);
  return { ...made, said };
}

describe("a command", () => {
  it("tells what it wrote on standard output, without the last line's end, and says what it wrote on either", async () => {
    const { outputs, said } = await run({ create: "echo one; echo two >&2; echo" });
    assert.deepEqual(outputs, { stdout: "one\n" });
    assert.deepEqual([...said].sort(), ["", "one", "two"]);
  });

  it("says only the stream that it is asked to", async () => {
    const create = "echo out; echo err >&2";
    assert.deepEqual((await run({ create, logging: "stderr" })).said, ["err"]);
    assert.deepEqual((await run({ create, logging: "stdout" })).said, ["out"]);
    assert.deepEqual((await run({ create, logging: "none" })).said, []);
    assert.deepEqual((await run({ create, logging: "stderr" })).outputs, { stdout: "out" });
  });

  it("gets its own environment beside the runner's", async () => {
    const { outputs } = await run({ create: 'echo "$RELEASE at $HOME"', environment: { RELEASE: "v1 $x" } });
    assert.deepEqual(outputs, { stdout: `v1 $x at ${process.env["HOME"]}` });
  });

  it("is told what it printed when it last ran, where it runs once more", async () => {
    const inputs = { create: 'echo "$PULUMI_COMMAND_STDOUT"' };
    const hands = { folder: ".", say: () => undefined } as unknown as Hands;
    assert.deepEqual((await command.create(inputs, { ...hands, before: { stdout: "before" } })).outputs, {
      stdout: "before",
    });
    assert.deepEqual((await command.create(inputs, hands)).outputs, { stdout: "" });
  });

  it("runs in the project's folder", async () => {
    assert.deepEqual((await run({ create: "pwd" }, "/")).outputs, { stdout: "/" });
  });

  it("gets its standard input", async () => {
    assert.deepEqual((await run({ create: "cat", stdin: '{"a":"ü"}' })).outputs, { stdout: '{"a":"ü"}' });
    assert.deepEqual((await run({ create: "cat" })).outputs, { stdout: "" });
  });

  it("may leave its standard input unread", async () => {
    assert.deepEqual((await run({ create: "exec true", stdin: "x".repeat(1 << 20) })).outputs, { stdout: "" });
  });

  it("may write much, in characters that are cut anywhere", async () => {
    const { outputs } = await run({ create: "cat", stdin: "ü€".repeat(200_000) });
    assert.equal(outputs?.["stdout"], "ü€".repeat(200_000));
  });

  it("fails with its exit code and its last lines", async () => {
    await assert.rejects(run({ create: "echo why >&2; exit 3" }), {
      message: "the command ended with exit code 3:\nwhy",
    });
  });

  it("fails with the signal that ended it", async () => {
    await assert.rejects(run({ create: "kill -9 $$" }), { message: "the command ended with SIGKILL:\n" });
  });

  it("refuses an input that it does not know, by name, and runs nothing", async () => {
    await assert.rejects(run({ create: "exit 3", delete: "true" }), {
      message: "The runner does not know the input delete of a command.",
    });
  });

  it("is another one for its triggers only; else it runs again", () => {
    assert.deepEqual(["triggers", "create", "stdin", "environment"].map(command.replaces), [true, false, false, false]);
    assert.equal(command.update, undefined);
  });

  it("has an id of its own each time", async () => {
    assert.notEqual((await run({ create: ":" })).id, (await run({ create: ":" })).id);
  });
});
