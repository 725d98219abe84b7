import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");

interface LintAnswer {
  readonly results: readonly { readonly object: string; readonly errors: unknown[]; readonly warnings: unknown[] }[];
}

for (const [folder, least] of [
  ["examples/demo", 2],
  ["examples/first", 1],
  ["examples/redundancy", 1],
  ["examples/unicast", 1],
  ["e2e/documents/dual-nic", 2],
  ["e2e/documents/releases", 2],
] as const) {
  test(`ptpctl lint finds nothing in ${folder}`, async () => {
    const words = ["packages/ptpctl/src/main.ts", "lint", "-f", folder, "--linuxptp", "4.2", "-o", "json"];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root });
    const { results } = JSON.parse(stdout) as LintAnswer;
    assert.ok(results.length >= least);
    for (const { object, errors, warnings } of results) assert.deepEqual([...errors, ...warnings], [], object);
  });
}
