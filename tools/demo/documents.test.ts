import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");

interface LintAnswer {
  readonly results: readonly { readonly object: string; readonly errors: unknown[]; readonly warnings: unknown[] }[];
}

for (const folder of ["examples/demo", "e2e/documents/dual-nic", "e2e/documents/releases"]) {
  test(`ptpctl lint finds nothing in ${folder}`, async () => {
    const words = ["packages/ptpctl/src/main.ts", "lint", "-f", folder, "--linuxptp", "4.2", "-o", "json"];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root });
    const { results } = JSON.parse(stdout) as LintAnswer;
    assert.ok(results.length >= 2);
    for (const { object, errors, warnings } of results) assert.deepEqual([...errors, ...warnings], [], object);
  });
}
