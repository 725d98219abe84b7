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
  assert.equal(await readFifoRefusal(chrt, hostRoot()), undefined);
  await writeFile(chrt, `#!/bin/sh\necho "${notPermitted}" >&2\nexit 1\n`);
  assert.match((await readFifoRefusal(chrt, hostRoot(folder))) ?? "", /SYS_NICE is missing/);
  assert.match((await readFifoRefusal(join(folder, "absent"), hostRoot())) ?? "", /ENOENT/);
});

test("a real chrt without the capability is refused for the lack of it", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("only root can take a capability away");
  const module = JSON.stringify(join(import.meta.dirname, "fifo-refusal.ts"));
  const ask = `const { readFifoRefusal } = await import(${module});
    const root = { procPath: "/proc", sysPath: "/sys", devPath: "/dev" };
    console.log(await readFifoRefusal("/usr/bin/chrt", root));`;
  const sets = ["--bounding-set", "-sys_nice", "--inh-caps", "-sys_nice"];
  const words = [...sets, process.execPath, "--input-type=module", "-e", ask];
  const { stdout, error } = spawnSync("setpriv", words, { encoding: "utf8" });
  if (error !== undefined) return t.skip(`no setpriv: ${error.message}`);
  assert.match(stdout, /SYS_NICE is missing/);
});
