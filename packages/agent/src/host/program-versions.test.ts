import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createProgramVersions, type ProgramVersions } from "./program-versions.ts";

async function bench(t: TestContext, limitMs: number): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "ptp-versions-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "ptp4l");
  let nowMs = 0;
  const lateAnswer = Promise.withResolvers<void>();
  const versions = createProgramVersions({
    awaitMs: 60_000,
    limitMs,
    onLateAnswer: lateAnswer.resolve,
    monotonicMs: () => nowMs,
    signal: t.signal,
  });
  const write = async (script: string): Promise<void> => {
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
  };
  return { path, versions, write, lateAnswer: lateAnswer.promise, pass: (ms) => void (nowMs += ms) };
}

interface Bench {
  readonly path: string;
  readonly versions: ProgramVersions;
  readonly write: (script: string) => Promise<void>;
  readonly lateAnswer: Promise<void>;
  readonly pass: (ms: number) => void;
}

test("a version holds until the file changes", async (t) => {
  const { path, versions, write } = await bench(t, 60_000);
  await write("echo 4.2");
  assert.equal(await versions.versionOf("ptp4l", { path, fingerprint: "a" }), "4.2");
  await write("echo 4.4");
  assert.equal(await versions.versionOf("ptp4l", { path, fingerprint: "a" }), "4.2");
  assert.equal(await versions.versionOf("ptp4l", { path, fingerprint: "b" }), "4.4");
});

test("a program that tells no version is asked once, one that was ended again", async (t) => {
  const { path, versions, write, pass, lateAnswer } = await bench(t, 3_000);
  await write("exit 1");
  assert.equal(await versions.versionOf("ptp4l", { path, fingerprint: "a" }), undefined);
  await write("exec sleep 100");
  pass(10_000_000);
  assert.equal(await versions.versionOf("ptp4l", { path, fingerprint: "a" }), undefined);
  assert.equal(await versions.versionOf("ptp4l", { path, fingerprint: "b" }), undefined);
  await write("echo 4.2");
  assert.equal(await versions.versionOf("ptp4l", { path, fingerprint: "b" }), undefined, "not at once");
  pass(10_000);
  assert.equal(await versions.versionOf("ptp4l", { path, fingerprint: "b" }), undefined, "not waited for");
  await lateAnswer;
  assert.equal(await versions.versionOf("ptp4l", { path, fingerprint: "b" }), "4.2");
});
