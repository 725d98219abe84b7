import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { unexpectedSkips } from "./expected-skips.ts";
import { runFile } from "./run-file.ts";
import { runSuite } from "./run-suite.ts";
import type { SuiteResult } from "./test-results.ts";

const root = import.meta.dirname;

interface Given {
  readonly fileTimeoutMs?: number;
  /** In how many runs of the file the machine is disturbed. */
  readonly disturbed?: number;
}

async function suite(
  fixture: string,
  { fileTimeoutMs = 20_000, disturbed = 0 }: Given = {},
): Promise<{ result: SuiteResult; lines: string[] }> {
  // Marks this process as part of a test run, inside which run() refuses to start another one.
  delete process.env["NODE_TEST_CONTEXT"];
  const lines: string[] = [];
  let runs = 0;
  const watch = () => {
    const run = ++runs;
    return () => (run <= disturbed ? "it thunders" : undefined);
  };
  const progress = (line: string): void => {
    lines.push(line.split("\n")[0] ?? "");
  };
  const files = [join(root, "testing", fixture)];
  const result = await runSuite({
    root,
    files,
    concurrency: 2,
    fileTimeoutMs,
    progress,
    watch,
    repetitions: 2,
  });
  return { result, lines };
}

test("runSuite tells passed, failed and skipped tests apart", async () => {
  const { result, lines } = await suite("three-ends.ts");
  assert.equal(result.passed, 1);
  assert.deepEqual(result.skipped, [
    { file: "testing/three-ends.ts", name: "is skipped", reason: "because of the moon" },
  ]);
  assert.deepEqual(
    result.failed.map(({ name }) => name),
    ["group: fails"],
  );
  assert.match(result.failed[0]?.error ?? "", /one is not two/);
  assert.deepEqual(
    result.times.map(({ file, seconds }) => [file, seconds > 0]),
    [["testing/three-ends.ts", true]],
  );
  assert.deepEqual(lines, [
    "skipped: testing/three-ends.ts: is skipped: because of the moon",
    "FAILED: testing/three-ends.ts: fails",
  ]);
});

test("runSuite runs again what failed while the machine was disturbed, and nothing else", async () => {
  const { result, lines } = await suite("three-ends.ts", { disturbed: 1 });
  const again = "once more, since it thunders: testing/three-ends.ts";
  assert.deepEqual(lines, [
    "skipped: testing/three-ends.ts: is skipped: because of the moon",
    "FAILED: testing/three-ends.ts: fails",
    again,
    "FAILED: testing/three-ends.ts: fails",
  ]);
  const { passed, failed, skipped, times, repeated } = result;
  assert.deepEqual([passed, failed.length, skipped.length, times.length], [1, 1, 1, 1]);
  assert.deepEqual(
    repeated.map(({ name }) => name),
    ["group: fails"],
    "what failed is not forgotten",
  );
});

test("runSuite runs nothing more than three times", async () => {
  const { result, lines } = await suite("three-ends.ts", { disturbed: 9 });
  assert.equal(lines.filter((line) => line.startsWith("FAILED")).length, 3);
  assert.equal(result.failed.length, 1);
});

test("runSuite runs a whole file again that broke", async () => {
  const { result, lines } = await suite("never-ends.ts", { fileTimeoutMs: 2_000, disturbed: 1 });
  assert.equal(lines.filter((line) => line.startsWith("FAILED")).length, 2);
  assert.deepEqual([result.passed, result.failed.length, result.repeated.length], [1, 1, 1]);
});

test("runFile fails where a test that should run again does not", async () => {
  const options = { root, fileTimeoutMs: 20_000, progress: () => undefined };
  const { tests, broken } = await runFile(join(root, "testing", "three-ends.ts"), options, ["passes", "is gone"]);
  assert.deepEqual(
    [tests.map(({ name }) => name), broken.map(({ error }) => error)],
    [["passes"], ["did not run again: is gone"]],
  );
});

test("runSuite ends a file whose process stays, and calls it failed", async () => {
  const { result } = await suite("never-ends.ts", { fileTimeoutMs: 2_000 });
  const error = "its process did not end within 2 s";
  assert.deepEqual(result.failed, [{ file: "testing/never-ends.ts", name: "(the file)", error }]);
});

test("runSuite fails a file in which no test ran", async () => {
  const { result } = await suite("no-test.ts");
  assert.deepEqual(result.failed, [{ file: "testing/no-test.ts", name: "(the file)", error: "no test ran" }]);
});

test("unexpectedSkips keeps what no entry explains", () => {
  const skip = (reason: string) => ({ file: "a.test.ts", name: "a", reason });
  const known = [
    skip("no ../shared/vectors beside this checkout"),
    skip("the folder ../shared with samples is not beside the project"),
    skip("not here: /somewhere/shared/vectors/operator.yaml"),
    skip("linuxptp 4.4 is not in Debian sid any more: it carries 4.5"),
    skip("ports stay UNCALIBRATED: chronyd (process 7) steers the system clock"),
  ];
  assert.deepEqual(unexpectedSkips(known), []);
  const odd = [
    skip("no reason given"),
    skip("the /run/shared folder is odd"),
    skip("linuxptp 4.2 is not fetched: run it"),
    skip("test hosts need root"),
  ];
  assert.deepEqual(unexpectedSkips([...known, ...odd]), odd);
});

test("unexpectedSkips lets no end-to-end test do without a control plane", () => {
  const reason = "the Kubernetes control plane is not built: run make kubernetes";
  const skip = (file: string) => ({ file, name: "a", reason });
  const endToEnd = skip("e2e/cluster.test.ts");
  const expected = [skip("packages/cluster/src/lease.lab.test.ts"), skip("tools/kubernetes/crds/crds.lab.test.ts")];
  assert.deepEqual(unexpectedSkips([...expected, endToEnd]), [endToEnd]);
});
