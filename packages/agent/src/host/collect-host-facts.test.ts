import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createHostFactsCollector } from "./collect-host-facts.ts";
import { hostRoot } from "./host-root.ts";
import { fakeEthtool, hardwareTimestamping, softwareTimestamping } from "./testing/fake-ethtool.ts";
import { buildFakeSysfs } from "./testing/fake-sysfs.ts";
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
  await program(join(bin, "ts2phc"), "echo usage: ts2phc");
  await writeFile(join(bin, "chronyd"), "not executable");
  await mkdir(join(root, "proc/self/net"), { recursive: true });
  const header = "Inter-|   Receive\n face |bytes\n";
  await writeFile(join(root, "proc/self/net/dev"), `${header}  ens1f0: 1 2\n    lo: 1 2\nens2: 0 0\n`);
  await mkdir(join(root, "sys/class/net/ens1f0/device/ptp/ptp3"), { recursive: true });
  await mkdir(join(root, "sys/class/net/ens2/ptp/ptp0"), { recursive: true });
  const where = {
    programPath: ["/nowhere", bin],
    root: hostRoot(root),
    ethtool: fakeEthtool(),
    awaitMs: 30_000,
    limitMs: 30_000,
  };
  const collector = createHostFactsCollector({ nodeName: "n", ...where });
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

test("a program that hangs holds up one collection alone, and is not run anew meanwhile", async (t) => {
  const bin = await folder(t);
  await program(join(bin, "ptp4l"), `echo >> ${join(bin, "runs")}; exec sleep 100`);
  const where = { programPath: [bin], wrapperPath: [], root: hostRoot(bin), ethtool: fakeEthtool() };
  const collector = createHostFactsCollector({ nodeName: "n", ...where, awaitMs: 2_000, limitMs: 100_000 });
  t.after(() => collector.stop());
  const startMs = performance.now();
  for (let i = 0; i < 20; i++) {
    const { programs } = await collector.collect();
    assert.deepEqual(programs, { ptp4l: { path: join(bin, "ptp4l") } });
  }
  // Half of what it would be if each of them waited.
  assert.ok(performance.now() - startMs < 20_000, "later collections do not wait");
  assert.equal(await readFile(join(bin, "runs"), "utf8"), "\n");
});

test("what a late program tells is in the next facts, which are called for", async (t) => {
  const bin = await folder(t);
  const waits = `until [ -e ${join(bin, "go")} ]; do sleep 0.05; done`;
  await program(join(bin, "ptp4l"), `${waits}; echo 4.4`);
  await program(join(bin, "chrt"), `${waits}; echo "chrt: no such policy" >&2; exit 1`);
  const { promise: told, resolve } = Promise.withResolvers<void>();
  let answers = 0;
  const onLateAnswer = (): void => void ((answers += 1) === 2 && resolve());
  const where = { programPath: [bin], wrapperPath: [bin], root: hostRoot(bin), ethtool: fakeEthtool() };
  const limits = { awaitMs: 100, limitMs: 100_000, onLateAnswer };
  const collector = createHostFactsCollector({ nodeName: "n", ...where, ...limits });
  t.after(() => collector.stop());
  const first = await collector.collect();
  assert.deepEqual(first.programs.ptp4l, { path: join(bin, "ptp4l") });
  assert.deepEqual([first.chrtPath, first.fifoRefusal], [join(bin, "chrt"), undefined]);
  await writeFile(join(bin, "go"), "");
  await told;
  const next = await collector.collect();
  assert.equal(next.programs.ptp4l?.version, "4.4");
  assert.equal(next.fifoRefusal, "chrt: no such policy");
  await program(join(bin, "chrt"), "exit 0");
  assert.equal((await collector.collect()).fifoRefusal, "chrt: no such policy", "who was refused is not tried again");
});

test("facts of a host with nothing on it are empty, not an error", async (t) => {
  const root = await folder(t);
  const where = { programPath: [root], root: hostRoot(root), ethtool: fakeEthtool() };
  const facts = await createHostFactsCollector({ nodeName: "n", ...where }).collect();
  assert.deepEqual(facts.programs, {});
  assert.deepEqual(facts.interfaces, []);
});

test("the kernel knows better than sysfs which clock an interface has", async (t) => {
  const root = await buildFakeSysfs(t, {
    ports: {
      ens1f0: { address: "0000:51:00.0", phcIndex: 2 },
      ens1f1: { address: "0000:51:00.1" },
      eth0: { address: "0000:00:03.0", phcIndex: 0 },
    },
    virtual: ["veth1"],
    vlans: ["ens1f1.7"],
  });
  const shared = { timestamping: hardwareTimestamping(2) };
  const ethtool = fakeEthtool({
    ens1f0: shared,
    ens1f1: shared,
    "ens1f1.7": shared,
    eth0: { timestamping: softwareTimestamping },
    veth1: shared,
  });
  const { interfaces } = await createHostFactsCollector({ nodeName: "n", programPath: [], root, ethtool }).collect();
  assert.deepEqual(interfaces, [
    { name: "ens1f0", phcIndex: 2 },
    { name: "ens1f1", phcIndex: 2 },
    { name: "ens1f1.7", phcIndex: 2 },
    { name: "eth0" },
    { name: "veth1" },
  ]);
});

test("parseVersion finds the number in what programs print", () => {
  assert.equal(parseVersion("chronyd (chrony) version 4.3 (+CMDMON +NTP -DEBUG)"), "4.3");
  assert.equal(parseVersion("gpsd: 3.22 (revision 3.22)"), "3.22");
  assert.equal(parseVersion("\n3.1.1\n"), "3.1.1");
  assert.equal(parseVersion("v4.4-g12"), "4.4");
  assert.equal(parseVersion("usage: x"), undefined);
});
