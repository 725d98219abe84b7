import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { labMissing } from "../../lab/preflight.ts";
import { collectLines } from "../../lab/line-log.ts";
import type { DoomedNodes } from "../testing/doomed-node.ts";
import { until } from "../testing/until.ts";
import { nodesMissing } from "./node-programs.ts";

test(
  "pods run on two nodes; kill -9 of their maker leaves no process and no control group",
  { timeout: 400_000 },
  async (t) => {
    const missing = nodesMissing() ?? (await labMissing());
    if (missing !== undefined) return t.skip(missing);
    const maker = spawn(process.execPath, [join(import.meta.dirname, "../testing/doomed-node.ts")]);
    t.after(() => maker.kill("SIGKILL"));
    const told = await collectLines([maker.stdout, maker.stderr]).waitFor(/^\{"pids/, 300_000);
    const { pids, cgroup } = JSON.parse(told) as DoomedNodes;
    assert.ok(pids.length >= 10, `containerd, kubelet, relays, shims: ${String(pids.length)}`);
    assert.ok(groups(cgroup).length > 0);
    maker.kill("SIGKILL");
    await until("no process is left", () => !pids.some((pid) => existsSync(`/proc/${String(pid)}/exe`)), 60_000);
    await until("no control group is left", () => groups(cgroup).length === 0, 60_000);
  },
);

/** Folders of control groups by that name, in every hierarchy. */
function groups(name: string): readonly string[] {
  const root = "/sys/fs/cgroup";
  const folders = [root, ...readdirSync(root).map((entry) => join(root, entry))];
  return folders.map((folder) => join(folder, name)).filter((path) => existsSync(path));
}
