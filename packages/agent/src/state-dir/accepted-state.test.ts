import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { captureLogger, silentLogger } from "@ptp/kit";
import { acceptedStatePath, loadAcceptedState, saveAcceptedState, type AcceptedState } from "./accepted-state.ts";
import { lockStateDirectory } from "./state-lock.ts";

const state: AcceptedState = {
  issued: {
    revision: "0123456789abcdef",
    config: {
      nodeName: "n",
      profiles: [{ name: "a_b", ptp4lOpts: "", ptpClockThreshold: { maxOffsetThreshold: 0 }, plugins: { e810: [1] } }],
      hardware: [{ name: "h", profile: "a_b", hardwareProfile: { name: "x", n: 1 } }],
      plugins: ["e810"],
      events: { enableEventPublisher: true, apiVersion: "2.0" },
      secrets: [{ secret: "s", key: "k", content: new Uint8Array([0, 255, 10]) }],
    },
  },
  dropped: [{ name: "c", path: "ptp4lOpts", reason: "no" }],
  lastApplied: [{ name: "c", interface: "eth0" }],
  keptSecrets: [{ secret: "s", key: "gone", content: new Uint8Array([1]) }],
  runIds: { a_b: 3, c: 0 },
};

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "ptp-state-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test("what is saved is loaded, and is for the agent's eyes alone", async (t) => {
  const directory = join(await folder(t), "ptp-agent");
  assert.equal(await loadAcceptedState(directory, "n", silentLogger), undefined);
  await saveAcceptedState(directory, state);
  assert.deepEqual(await loadAcceptedState(directory, "n", silentLogger), state);
  assert.equal((await stat(acceptedStatePath(directory))).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(directory), ["accepted.json"]);
});

const unusable = ["", "{", "[]", "null", '{"version":2}', '{"version":1,"revision":"r","profiles":[]}', "\u0000\u0001"];
for (const content of unusable) {
  test(`an unusable state file ${JSON.stringify(content)} is told and set aside`, async (t) => {
    const directory = await folder(t);
    await writeFile(acceptedStatePath(directory), content);
    const told: string[] = [];
    const log = captureLogger((level, message) => void told.push(`${level} ${message}`));
    assert.equal(await loadAcceptedState(directory, "n", log), undefined);
    assert.deepEqual(told, ["error the accepted config cannot be used; starting without one"]);
    assert.deepEqual(await readdir(directory), ["accepted.json.unusable"]);
  });
}

test("the state of another node, which a copied disk brought along, is told and set aside", async (t) => {
  const directory = await folder(t);
  await saveAcceptedState(directory, state);
  const told: string[] = [];
  const log = captureLogger((_level, _message, fields) => void told.push(String(fields?.["error"])));
  assert.equal(await loadAcceptedState(directory, "m", log), undefined);
  assert.deepEqual(told, ["it is of node n, and this is m"]);
  assert.deepEqual(await readdir(directory), ["accepted.json.unusable"]);
});

test("no part of an unusable state file is logged: it may be a key", async (t) => {
  const directory = await folder(t);
  await writeFile(acceptedStatePath(directory), '{"secrets":[{"base64":"c2VjcmV0"x]}');
  const told: string[] = [];
  const log = captureLogger((_level, message, fields) => void told.push(`${message} ${JSON.stringify(fields)}`));
  assert.equal(await loadAcceptedState(directory, "n", log), undefined);
  assert.equal(told.length, 1);
  assert.doesNotMatch(told.join(), /c2Vj/);
});

test("a state file that cannot be read stays where it is", async (t) => {
  const directory = await folder(t);
  await mkdir(acceptedStatePath(directory));
  const told: string[] = [];
  const log = captureLogger((level, message) => void told.push(`${level} ${message}`));
  assert.equal(await loadAcceptedState(directory, "n", log), undefined);
  assert.deepEqual(told, ["error the accepted config cannot be read; starting without one"]);
  assert.deepEqual(await readdir(directory), ["accepted.json"]);
});

test("a full disk leaves the old state and no rubbish", async (t) => {
  const directory = await folder(t);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k,mode=700", "tmpfs", directory], { stdio: "pipe" });
  } catch (error) {
    return t.skip(`cannot mount a tmpfs: ${String(error)}`);
  }
  try {
    await saveAcceptedState(directory, state);
    const large = { ...state, dropped: [{ name: "x".repeat(40_000), path: "", reason: "" }] };
    await assert.rejects(saveAcceptedState(directory, large), { code: "ENOSPC" });
    assert.deepEqual(await loadAcceptedState(directory, "n", silentLogger), state);
    assert.deepEqual(await readdir(directory), ["accepted.json"]);
  } finally {
    execFileSync("umount", [directory]);
  }
});

test("one agent at a time holds a state directory, and another one waits for it", async (t) => {
  const directory = await folder(t);
  const lock = await lockStateDirectory(directory, "n");
  await assert.rejects(
    lockStateDirectory(directory, "n", { waitMs: 60 }),
    /another agent of node n uses .*: stop it or give/,
  );
  const other = await lockStateDirectory(directory, "m", { waitMs: 0 });
  const waiting = lockStateDirectory(directory, "n", { waitMs: 60_000 });
  assert.equal(await lockStateDirectory(directory, "n", { signal: AbortSignal.timeout(60) }), undefined);
  await lock?.release();
  const next = await waiting;
  assert.ok(next !== undefined && other !== undefined);
  await next.release();
  await other.release();
});
