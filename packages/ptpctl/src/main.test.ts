import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { withFiles } from "./testing/run-here.ts";
import { manifest, node, ordinaryClock, ptpConfig, recommend } from "./testing/manifests.ts";

const main = join(import.meta.dirname, "main.ts");

function ptpctl(argv: readonly string[], input = "") {
  return spawnSync(process.execPath, [main, ...argv], { input, encoding: "utf8", timeout: 30_000, maxBuffer: 2 ** 26 });
}

const small = manifest(ptpConfig("a", [ordinaryClock], [recommend("oc", 5, "w1")]), node("w1"));

/** More JSON than a pipe holds. */
function manyNodes(): string {
  const names = Array.from({ length: 400 }, (_, at) => `w${at}`);
  return manifest(
    ptpConfig("a", [ordinaryClock], [{ profile: "oc", priority: 5 }]),
    ...names.map((name) => node(name)),
  );
}

test("the program reads stdin and files, and writes JSON alone to stdout, whole", async () => {
  const { status, stdout, stderr } = ptpctl(["resolve", "-f", "-", "-o", "json"], manyNodes());
  assert.deepEqual([status, stderr], [0, ""]);
  const { nodes } = JSON.parse(stdout) as { readonly nodes: object };
  assert.equal(Object.keys(nodes).length, 400);
  await withFiles({ "a.yaml": small }, async (directory) => {
    const { status, stdout } = ptpctl(["explain", "-f", directory, "--node", "w1"]);
    assert.equal(status, 0);
    assert.match(stdout, /^node {6}w1\n/);
    await Promise.resolve();
  });
});

test("findings end with 1, wrong usage with 2", () => {
  const unread = ptpctl(["lint", "-f", "-", "-o", "json"], "a: b: c");
  assert.equal(unread.status, 1);
  assert.equal((JSON.parse(unread.stdout) as { results: { allowed: boolean }[] }).results[0]?.allowed, false);
  const missing = ptpctl(["render", "-f", "/nowhere/profiles.json", "--node", "w1"]);
  assert.deepEqual([missing.status, missing.stdout], [2, ""]);
  assert.equal(
    missing.stderr,
    "ptpctl: error: cannot read /nowhere/profiles.json: there is no such file; check the path\n",
  );
});

test("a result that cannot be written ends with 2", { skip: existsSync("/dev/full") ? false : "no /dev/full" }, () => {
  const full = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, [main, "version"], { stdio: ["ignore", full, "pipe"] });
  closeSync(full);
  assert.equal(status, 2);
  assert.match(stderr.toString(), /cannot write the result: ENOSPC/);
});

test("a reader that goes early is no error", async () => {
  const child = spawn(process.execPath, [main, "resolve", "-f", "-", "-o", "json"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => void errors.push(text));
  const ended = once(child, "close");
  child.stdin.end(manyNodes());
  await once(child.stdout, "readable");
  child.stdout.destroy();
  const [code] = (await ended) as [number | null];
  assert.deepEqual([code, errors.join("")], [0, ""]);
});
