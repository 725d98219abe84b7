import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { goMissing } from "./go.ts";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "go-test-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test("goMissing says that there is no go, and what it is needed for", async (t) => {
  const reason = await goMissing({ PATH: await folder(t) });
  assert.match(reason ?? "", /^Go is not installed: install Go 1\.\d+ or newer .* tests only$/);
});

test("goMissing passes on what a go too old says", async (t) => {
  const path = await folder(t);
  await writeFile(
    join(path, "go"),
    "#!/bin/sh\necho 'go: go.mod requires go >= 1.26.0 (running go 1.19)' >&2\nexit 1\n",
  );
  await chmod(join(path, "go"), 0o755);
  assert.match(
    (await goMissing({ PATH: path })) ?? "",
    /^go: go\.mod requires go >= 1\.26\.0 \(running go 1\.19\): install/,
  );
});
