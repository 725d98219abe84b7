import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { AppError } from "./app-error.ts";
import { makeDirectoryDurably, readFileIfPresent, writeFileDurably } from "./durable-file.ts";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "kit-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("writeFileDurably replaces content with the mode asked for", async (t) => {
  const path = join(await folder(t), "state");
  await writeFileDurably(path, "one", { mode: 0o600 });
  await writeFileDurably(path, "two", { mode: 0o600 });
  assert.equal(await readFile(path, "utf8"), "two");
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test("writeFileDurably leaves nothing behind when it fails", async (t) => {
  const parent = await folder(t);
  // A directory in the target's place lets everything but the rename succeed.
  await writeFileDurably(join(parent, "probe"), "x", { mode: 0o600 });
  await assert.rejects(writeFileDurably(join(parent, "missing", "state"), "x", { mode: 0o600 }), { code: "ENOENT" });
  await chmod(parent, 0o700);
  await assert.rejects(writeFileDurably(parent, "x", { mode: 0o600 }));
  assert.deepEqual(await readdir(parent), ["probe"]);
});

test("readFileIfPresent tells absence from excess", async (t) => {
  const path = join(await folder(t), "state");
  assert.equal(await readFileIfPresent(path, { maxBytes: 4 }), undefined);
  await writeFileDurably(path, "12345", { mode: 0o600 });
  await assert.rejects(readFileIfPresent(path, { maxBytes: 4 }), (error: unknown) => {
    assert.ok(error instanceof AppError);
    assert.match(error.message, /has 5 bytes, more than the 4 allowed/);
    return true;
  });
});

test("readFileIfPresent refuses what is no regular file, and does not wait for it", async () => {
  await assert.rejects(readFileIfPresent("/dev/zero", { maxBytes: 10 }), /\/dev\/zero is not a regular file/);
});

test("makeDirectoryDurably makes what is missing above, and leaves what is there", async (t) => {
  const parent = await folder(t);
  const path = join(parent, "a", "b", "c");
  await makeDirectoryDurably(path, { mode: 0o710 });
  assert.equal((await stat(path)).mode & 0o777, 0o710);
  await chmod(path, 0o700);
  await makeDirectoryDurably(path, { mode: 0o710 });
  assert.equal((await stat(path)).mode & 0o777, 0o700);
  await writeFileDurably(join(path, "file"), "x", { mode: 0o600 });
  await assert.rejects(makeDirectoryDurably(join(path, "file", "d"), { mode: 0o700 }), { code: "ENOTDIR" });
});
