import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { captureLogger, silentLogger } from "@ptp/kit";
import { ownerMark, sweepLeftovers } from "./owner-mark.ts";
import { signalProcess } from "./signal-group.ts";
import { eventually } from "./testing/fixture.ts";

const sweep = (mark: Readonly<Record<string, string>>, procPath = "/proc") =>
  sweepLeftovers({ mark, procPath, ownPid: process.pid, log: silentLogger });

async function startMarked(mark: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn("sleep", ["100"], { env: { PATH: "/bin:/usr/bin", ...mark }, stdio: "ignore", detached: true });
  await once(child, "spawn");
  return child.pid ?? 0;
}

test("sweepLeftovers kills what bears the mark and nothing else", async (t) => {
  const mine = ownerMark("node-a", `/var/lib/ptp-agent-${process.pid}`);
  const others = ownerMark("node-b", `/var/lib/ptp-agent-${process.pid}`);
  const left = await startMarked(mine);
  const other = await startMarked(others);
  t.after(() => signalProcess(other, "SIGKILL"));
  assert.equal(await sweep(mine), 1);
  await eventually("leftover is gone", () => !signalProcess(left, 0));
  assert.ok(signalProcess(other, 0));
  assert.equal(await sweep(mine), 0);
});

test("sweepLeftovers signals nothing where /proc shows another pid namespace", async () => {
  const warnings: string[] = [];
  const log = captureLogger((_level, message) => void warnings.push(message));
  const count = await sweepLeftovers({ mark: ownerMark("a", "b"), procPath: "/proc", ownPid: process.pid + 1, log });
  assert.equal(count, 0);
  assert.match(warnings[0] ?? "", /another pid namespace/);
});
