import assert from "node:assert/strict";
import { test } from "node:test";
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
