import { silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createSettingsFile } from "./settings-file.ts";
import { leastSettings } from "./testing/settings.ts";

/** A mounted ConfigMap: a file that is a link through `..data`, which is replaced as a whole. */
async function mountedConfigMap(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "agent-settings-"));
  t.after(() => rm(folder, { recursive: true }));
  let versions = 0;
  const replace = async (text: string): Promise<void> => {
    const version = `..version-${(versions += 1)}`;
    await mkdir(join(folder, version));
    await writeFile(join(folder, version, "agent.json"), text);
    await symlink(version, join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
  };
  await replace(JSON.stringify(leastSettings));
  await symlink("..data/agent.json", join(folder, "agent.json"));
  return { path: join(folder, "agent.json"), replace };
}

async function startFile(t: TestContext, path: string, pollMs?: number) {
  let waiting = Promise.withResolvers<void>();
  const changed = () => waiting.resolve();
  const file = createSettingsFile({ path, log: silentLogger, changed, ...(pollMs !== undefined && { pollMs }) });
  await file.start(t.signal);
  t.after(() => file.stop());
  const next = async (): Promise<void> => {
    await waiting.promise;
    waiting = Promise.withResolvers();
  };
  await next();
  return { file, next };
}

test(
  "settings are read again when their ConfigMap is, and the good ones outlive a mistake",
  { timeout: 60_000 },
  async (t) => {
    const { path, replace } = await mountedConfigMap(t);
    // The poll is out of the game: the system's notices must do.
    const { file, next } = await startFile(t, path, 3_600_000);
    assert.equal(file.reading().settings?.image, "agent:1");
    await replace(JSON.stringify({ ...leastSettings, image: "agent:2" }));
    await next();
    assert.deepEqual([file.reading().settings?.image, file.reading().problem], ["agent:2", undefined]);
    await replace(JSON.stringify({ ...leastSettings, image: 3 }));
    await next();
    assert.equal(file.reading().settings?.image, "agent:2");
    assert.match(file.reading().problem ?? "", /agent settings .*agent\.json: image: must be text, got 3/);
    await replace(JSON.stringify({ ...leastSettings, image: "agent:2" }));
    await next();
    assert.deepEqual([file.reading().settings?.image, file.reading().problem], ["agent:2", undefined]);
  },
);

test("a file that is not there yet is awaited", { timeout: 60_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "agent-settings-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "later", "agent.json");
  const { file, next } = await startFile(t, path, 20);
  assert.match(file.reading().problem ?? "", /ENOENT/);
  await mkdir(join(folder, "later"));
  // By rename: one that is being written is empty, and told as such.
  await writeFile(`${path}.new`, JSON.stringify(leastSettings));
  await rename(`${path}.new`, path);
  await next();
  assert.equal(file.reading().settings?.image, "agent:1");
});
