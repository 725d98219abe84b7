import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readlinkSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { worldMissing } from "../tools/demo/requirements.ts";
import { allPids, childrenOf } from "../tools/lab/process-table.ts";
import { collectLines } from "../tools/lab/line-log.ts";
import { until } from "./testing/reach.ts";

const program = join(import.meta.dirname, "../tools/demo/main.ts");

/** Together less than the 420 s of a file; each takes 4 to 12 s. */
const ended = { timeout: 80_000 };
const whole = { timeout: 160_000 };

const ends: readonly (readonly [signal: NodeJS.Signals, during: RegExp])[] = [
  ["SIGINT", /oc1 runs/],
  ["SIGTERM", /edit the profile/],
  ["SIGKILL", /bc is SLAVE|bc is UNCALIBRATED/],
];

for (const [signal, during] of ends) {
  test(`the demo ended by ${signal} leaves no process, namespace, interface or file`, ended, async (t) => {
    const missing = await worldMissing();
    if (missing !== undefined) return t.skip(missing);
    const interfaces = readdirSync("/sys/class/net");
    const files = mkdtempSync(join(tmpdir(), "demo-files-"));
    const env = { ...process.env, TMPDIR: files };
    const demo = spawn(process.execPath, [program, "--once"], { env, stdio: ["ignore", "pipe", "pipe"] });
    t.after(() => demo.kill("SIGKILL"));
    const exited = new Promise<number | null>((resolve) => demo.once("close", resolve));
    await collectLines([demo.stdout, demo.stderr]).waitFor(during, 50_000);
    const family = descendantsOf(demo.pid ?? 0);
    const ours = namespacesOf(process.pid);
    const held = new Set(family.flatMap(namespacesOf).filter((name) => !ours.includes(name)));
    const left = (): readonly number[] =>
      allPids().filter((pid) => family.includes(pid) || namespacesOf(pid).some((name) => held.has(name)));
    assert.ok(
      left().length > 10 && held.size >= 15,
      "the check sees a living demo: lab, five hosts and their programs",
    );
    demo.kill(signal);
    const code = await exited;
    assert.equal(code, signal === "SIGKILL" ? null : 130);
    await until("nothing of it runs", () => left().length === 0, 15_000);
    assert.deepEqual(readdirSync("/sys/class/net"), interfaces);
    assert.deepEqual(readdirSync(files), []);
    rmdirSync(files);
  });
}

test("the demo without the clock: all steps come true with ports that stay UNCALIBRATED", whole, async (t) => {
  const missing = await worldMissing();
  if (missing !== undefined) return t.skip(missing);
  // A late one ends in order, and has told how far it came.
  const demo = spawn(process.execPath, [program, "--once", "--leave-clock"], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 140_000,
  });
  t.after(() => demo.kill("SIGKILL"));
  const exited = new Promise<number | null>((resolve) => demo.once("close", resolve));
  const { lines } = collectLines([demo.stdout, demo.stderr]);
  assert.equal(await exited, 0, lines.join("\n"));
  assert.match(lines.join("\n"), /must not be adjusted here: this lab was asked not to/);
  assert.match(lines.join("\n"), /bc is UNCALIBRATED, gm at the root/);
  assert.doesNotMatch(lines.join("\n"), /LOCKED/);
});

test("the demo refuses unknown words", async () => {
  const demo = spawn(process.execPath, [program, "--twice"], { stdio: "ignore" });
  assert.equal(await new Promise((resolve) => demo.once("close", resolve)), 2);
});

function descendantsOf(pid: number): readonly number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** The namespaces a process is in; none when it has ended. */
function namespacesOf(pid: number): readonly string[] {
  try {
    return (["net", "mnt", "pid"] as const).map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`));
  } catch {
    return [];
  }
}
