import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { createLinuxStreamPairs, type OpenStreamPair } from "../host/stream-pair.ts";
import { signalProcess } from "./signal-group.ts";
import { spawnChild, type ChildExit } from "./spawn-child.ts";
import { eventually } from "./testing/fixture.ts";

const env = { PATH: "/usr/bin:/bin" };

test("spawnChild rejects what no program can be started with", async () => {
  const options = { env, onLine: () => undefined, onExit: () => undefined };
  await assert.rejects(spawnChild({ ...options, command: ["/bin/sh", "a\0b"] }), { code: "ERR_INVALID_ARG_VALUE" });
  await assert.rejects(spawnChild({ ...options, command: [] }), { code: "ERR_INVALID_ARG_VALUE" });
  await assert.rejects(spawnChild({ ...options, command: ["/nowhere/ptp4l"] }), { code: "ENOENT" });
  await assert.rejects(spawnChild({ ...options, command: ["/etc"] }), { code: "EACCES" });
});

test("a child that has ended is signalled no more, although its output is still open", async (t) => {
  const exit = Promise.withResolvers<ChildExit>();
  // setsid takes its child out of the group, so that it holds the output open beyond the end of the leader.
  const command = ["/bin/sh", "-c", "setsid sleep 1 & echo $$; read line; exit 3"];
  const child = await spawnChild({ command, env, onLine: () => undefined, onExit: exit.resolve });
  assert.equal(signalProcess(child.pid, 0), true);
  await eventually("it is gone", () => !signalProcess(child.pid, 0));
  const kill = t.mock.method(process, "kill");
  child.signal("SIGKILL");
  child.signalGroup("SIGKILL");
  assert.equal(kill.mock.callCount(), 0);
  const { pid, code } = await exit.promise;
  assert.deepEqual([pid, code], [child.pid, 3]);
});

const noPair: OpenStreamPair = () => Promise.resolve(undefined);

for (const [through, openPair] of Object.entries({ "a pair": createLinuxStreamPairs(), "Node's pipe": noPair })) {
  test(`through ${through}: all lines come before the end, the unfinished last one too, and nothing stays open`, async () => {
    // What is opened once and for all.
    await lines("true", openPair);
    const before = openDescriptors();
    const script = "printf 'one\\ntwo\\nthr'; printf 'ee\\n'; yes x | head -c 100000; echo err >&2; printf last";
    const heard = await lines(script, openPair);
    assert.deepEqual(
      heard.filter((line) => line !== "x" && line !== "err"),
      ["one", "two", "three", "last"],
    );
    assert.equal(heard.filter((line) => line === "x").length, 50_000);
    assert.ok(heard.includes("err"));
    const failed = { command: ["/nowhere/ptp4l"], env, onLine: () => undefined, onExit: () => undefined, openPair };
    await assert.rejects(spawnChild(failed), { code: "ENOENT" });
    await eventually("all is closed", () => openDescriptors() === before);
  });
}

async function lines(script: string, openPair: OpenStreamPair): Promise<readonly string[]> {
  const heard: string[] = [];
  const exit = Promise.withResolvers<ChildExit>();
  const onLine = (line: string): void => void heard.push(line);
  await spawnChild({ command: ["/bin/sh", "-c", script], env, onLine, onExit: exit.resolve, openPair });
  await exit.promise;
  return heard;
}

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}
