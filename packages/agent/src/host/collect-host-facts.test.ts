import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createHostFactsCollector } from "./collect-host-facts.ts";
import { hostRoot } from "./host-root.ts";
import { parseVersion } from "./program-version.ts";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "ptp-facts-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

async function program(path: string, script: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

test("facts tell programs with versions, interfaces with clocks and wrappers", async (t) => {
  const root = await folder(t);
  const bin = await folder(t);
  await program(join(bin, "ptp4l"), "echo 4.2-1");
  await program(join(bin, "phc2sys"), "echo 3.1.1 >&2; exit 1");
  await program(join(bin, "ts2phc"), "exec sleep 100");
  await writeFile(join(bin, "chronyd"), "not executable");
  await mkdir(join(root, "proc/self/net"), { recursive: true });
  const header = "Inter-|   Receive\n face |bytes\n";
  await writeFile(join(root, "proc/self/net/dev"), `${header}  ens1f0: 1 2\n    lo: 1 2\nens2: 0 0\n`);
  await mkdir(join(root, "sys/class/net/ens1f0/device/ptp/ptp3"), { recursive: true });
  await mkdir(join(root, "sys/class/net/ens2/ptp/ptp0"), { recursive: true });
  const collector = createHostFactsCollector({ nodeName: "n", programPath: ["/nowhere", bin], root: hostRoot(root) });
  const facts = await collector.collect();
  assert.deepEqual(facts.programs, {
    ptp4l: { path: join(bin, "ptp4l"), version: "4.2" },
    phc2sys: { path: join(bin, "phc2sys"), version: "3.1.1" },
    ts2phc: { path: join(bin, "ts2phc") },
  });
  assert.deepEqual(facts.interfaces, [{ name: "ens1f0", phcIndex: 3 }, { name: "ens2", phcIndex: 0 }, { name: "lo" }]);
  await program(join(bin, "ptp4l"), "echo ptp4l is now version 4.4");
  await program(join(bin, "synce4l"), "echo 1.1.0");
  const later = await collector.collect();
  assert.equal(later.programs.ptp4l?.version, "4.4");
  assert.equal(later.programs.synce4l?.version, "1.1.0");
});

test("facts of a host with nothing on it are empty, not an error", async (t) => {
  const root = await folder(t);
  const facts = await createHostFactsCollector({ nodeName: "n", programPath: [root], root: hostRoot(root) }).collect();
  assert.deepEqual(facts.programs, {});
  assert.deepEqual(facts.interfaces, []);
});

test("parseVersion finds the number in what programs print", () => {
  assert.equal(parseVersion("chronyd (chrony) version 4.3 (+CMDMON +NTP -DEBUG)"), "4.3");
  assert.equal(parseVersion("gpsd: 3.22 (revision 3.22)"), "3.22");
  assert.equal(parseVersion("\n3.1.1\n"), "3.1.1");
  assert.equal(parseVersion("v4.4-g12"), "4.4");
  assert.equal(parseVersion("usage: x"), undefined);
});
