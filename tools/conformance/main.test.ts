import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openSmallProducer } from "./testing/small-producer.ts";

/** Runs the program. */
async function conformance(...words: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const main = join(import.meta.dirname, "main.ts");
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...words], { timeout: 60_000 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, text: stdout + stderr }),
    );
  });
}

test("help is printed", async () => {
  const { code, text } = await conformance("--help");
  assert.equal(code, 0);
  assert.match(text, /^usage: node tools\/conformance\/main\.ts URL/);
});

test("a producer that does not answer is named", async () => {
  const small = await openSmallProducer();
  await small.close();
  assert.deepEqual(await conformance(small.origin.origin), {
    code: 2,
    text: `conformance: no producer answers at ${small.origin.origin} (ECONNREFUSED)\n`,
  });
});

test("a producer that is not ready is not tried", async (t) => {
  const small = await openSmallProducer();
  t.after(() => small.close());
  small.setHealth(503);
  const { code, text } = await conformance(small.origin.origin);
  assert.equal(code, 2);
  assert.match(text, /is not ready: its health answers 503/);
});

test("wrong arguments say what is wrong", async () => {
  for (const [words, message] of [
    [[], /one URL is needed/],
    [["ftp://a"], /URL "ftp:\/\/a" is not http:\/\/HOST:PORT/],
    [["http://a", "--callback-port", "70000"], /--callback-port "70000" is no port/],
    [["http://a", "--header", "x"], /--header "x" is not NAME:VALUE/],
    [["http://a", "--only", "none"], /no case is called none/],
  ] as const) {
    const { code, text } = await conformance(...words);
    assert.equal(code, 2);
    assert.match(text, message);
  }
});

test("the node is asked for, the state changed by a program, the exit code tells of failures", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "conformance-"));
  const small = await openSmallProducer({ faults: ["other-health"] });
  t.after(() => small.close());
  t.after(() => rmSync(dir, { recursive: true }));
  const program = join(dir, "change");
  const file = join(dir, "states");
  writeFileSync(program, `#!/bin/sh\necho "$1" >>${file}\nexit 7\n`);
  chmodSync(program, 0o755);
  const words = ["--only", "R01", "--only", "A03", "--only", "D01", "--change", program];
  const { code, text } = await conformance(small.origin.origin, ...words);
  assert.equal(code, 1);
  assert.match(text, /node small\.example\.com\n/);
  assert.match(text, /^fail {2}R01 /m);
  assert.match(text, /^pass {2}A03 /m);
  assert.match(text, /^fail {2}D01 .*\n.*Command failed/m);
  assert.match(text, /1 passed, 2 failed, 0 skipped\n$/);
});
