import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { explainRefusal, readFifoRefusal } from "./fifo-refusal.ts";
import { hostRoot } from "./host-root.ts";

const notPermitted = "chrt: failed to set pid 0's policy: Operation not permitted";

test("who may set priorities and is not let lacks a budget, who may not a capability", () => {
  assert.match(explainRefusal(notPermitted, "CapEff:\t000001fffeffffff\n"), /CONFIG_RT_GROUP_SCHED/);
  assert.match(explainRefusal(notPermitted, "CapEff:\t000001fffe7fffff\n"), /SYS_NICE is missing/);
  assert.match(explainRefusal(notPermitted, ""), /SYS_NICE is missing/);
  assert.equal(explainRefusal("chrt: unknown option", ""), "chrt: unknown option");
});

test("the answer is that of trying", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "chrt-"));
  t.after(() => rm(folder, { recursive: true }));
  const chrt = join(folder, "chrt");
  await writeFile(chrt, '#!/bin/sh\n[ "$1 $2" = "-f 1" ] && exec "$3" "$4"\n[ "$1" = --version ]\n');
  await chmod(chrt, 0o755);
  const run = { path: chrt, limitMs: 60_000, signal: t.signal };
  assert.deepEqual(await readFifoRefusal(run, hostRoot()), { isLate: false, told: undefined });
  await writeFile(chrt, `#!/bin/sh\necho "${notPermitted}" >&2\nexit 1\n`);
  const refused = await readFifoRefusal(run, hostRoot(folder));
  assert.match((!refused.isLate && refused.told) || "", /SYS_NICE is missing/);
  const absent = await readFifoRefusal({ ...run, path: join(folder, "absent") }, hostRoot());
  assert.match((!absent.isLate && absent.told) || "", /ENOENT/);
  await writeFile(chrt, "#!/bin/sh\nexec sleep 100\n");
  assert.deepEqual(
    await readFifoRefusal({ ...run, limitMs: 100 }, hostRoot()),
    { isLate: true },
    "no answer, no refusal",
  );
});

test("a real chrt without the capability is refused for the lack of it", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("only root can take a capability away");
  const module = JSON.stringify(join(import.meta.dirname, "fifo-refusal.ts"));
  const ask = `const { readFifoRefusal } = await import(${module});
    const root = { procPath: "/proc", sysPath: "/sys", devPath: "/dev" };
    const run = { path: "/usr/bin/chrt", limitMs: 60_000, signal: new AbortController().signal };
    console.log((await readFifoRefusal(run, root)).told);`;
  const sets = ["--bounding-set", "-sys_nice", "--inh-caps", "-sys_nice"];
  const words = [...sets, process.execPath, "--input-type=module", "-e", ask];
  const { stdout, error } = spawnSync("setpriv", words, { encoding: "utf8" });
  if (error !== undefined) return t.skip(`no setpriv: ${error.message}`);
  assert.match(stdout, /SYS_NICE is missing/);
});
