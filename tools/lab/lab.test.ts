import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createLab, type Lab, type LabOptions } from "./lab.ts";
import { collectLines } from "./line-log.ts";
import { linuxptpMissing, linuxptpProgramDir, linuxptpReleases } from "./linuxptp/releases.ts";
import { labMissing } from "./preflight.ts";
import { allPids } from "./process-table.ts";
import type { DoomedLab } from "./testing/doomed-lab.ts";
import { startPtpPair } from "./testing/ptp-pair.ts";

const missing = await labMissing();

async function openLab(t: TestContext, options?: LabOptions): Promise<Lab | undefined> {
  if (missing !== undefined) {
    t.skip(missing);
    return undefined;
  }
  const lab = await createLab(options);
  t.after(() => lab.close());
  return lab;
}

test("hosts have their own name, network and folders, and the machine sees none of it", async (t) => {
  const lab = await openLab(t);
  if (lab === undefined) return;
  const one = await lab.host("one");
  const two = await lab.host("two");
  assert.equal(await one.run(["cat", "/proc/sys/kernel/hostname"]), "one\n");
  assert.equal(await one.run(["ls", "/sys/class/net"]), "lo\n");
  for (const path of ["/var/run/lab-test", "/run/lab-test-2", "/var/lib/ptp-agent/state", "/etc/linuxptp/lab-test"]) {
    await one.writeFile(path, "mine");
    assert.equal(await one.run(["cat", path]), "mine");
    assert.equal(await one.readFile(path), "mine");
    await assert.rejects(two.run(["cat", path]), /No such file/);
    assert.equal(existsSync(path), false, `${path} on the machine`);
  }
  await one.run(["touch", "/etc/lab-test", "/var/lib/lab-test"]);
  assert.equal(existsSync("/etc/lab-test") || existsSync("/var/lib/lab-test"), false);
});

test("/run/lab is shared by the hosts and reachable from outside, for unix sockets too", async (t) => {
  const lab = await openLab(t);
  if (lab === undefined) return;
  const one = await lab.host("one");
  const two = await lab.host("two");
  const serve = `require("net").createServer((s) => s.end("hello")).listen("/run/lab/s", () => console.log("up"))`;
  const server = one.spawn([process.execPath, "-e", serve]);
  await server.log.waitFor(/up/, 10_000);
  const ask = `require("net").connect("/run/lab/s").pipe(process.stdout)`;
  assert.equal(await two.run([process.execPath, "-e", ask]), "hello");
  assert.equal(existsSync(lab.sharedPath("/run/lab/s")), true);
});

test("link joins two hosts, with addresses", async (t) => {
  const lab = await openLab(t);
  if (lab === undefined) return;
  const one = await lab.host("one");
  const two = await lab.host("two");
  await lab.link(
    { host: one, name: "eth0", address: "192.0.2.1/24", mac: "02:00:00:00:00:01" },
    { host: two, name: "eth1", address: "192.0.2.2/24" },
  );
  assert.equal(await one.run(["cat", "/sys/class/net/eth0/address"]), "02:00:00:00:00:01\n");
  const serve = `require("net").createServer((s) => s.end("over the cable")).listen(7, () => console.log("up"))`;
  await two.spawn([process.execPath, "-e", serve]).log.waitFor(/up/, 10_000);
  assert.equal(await one.run(["bash", "-c", "cat </dev/tcp/192.0.2.2/7"]), "over the cable");
});

test("httpGet reads from a port of the host", async (t) => {
  const lab = await openLab(t);
  if (lab === undefined) return;
  const one = await lab.host("one");
  const serve = `require("http").createServer((q, s) => { s.statusCode = 503; s.end("not " + q.url); }).listen(9091, () => console.log("up"))`;
  await one.spawn([process.execPath, "-e", serve]).log.waitFor(/up/, 10_000);
  assert.deepEqual(await one.httpGet(9091, "/ready"), { status: 503, body: "not /ready" });
  await assert.rejects(one.httpGet(9092, "/"), /refused/);
});

test("signals reach the program itself, and its end is told as it was", async (t) => {
  const lab = await openLab(t);
  if (lab === undefined) return;
  const one = await lab.host("one");
  const trap = one.spawn(["bash", "-c", "trap 'echo got it; exit 3' TERM; echo up; while :; do sleep 0.05; done"]);
  await trap.log.waitFor(/up/, 5_000);
  assert.deepEqual(await trap.stop(), { code: 3, signal: null });
  assert.deepEqual([...trap.log.lines], ["up", "got it"]);
  const stubborn = one.spawn(["bash", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"]);
  await stubborn.log.waitFor(/up/, 5_000);
  assert.deepEqual(await stubborn.stop(200), { code: null, signal: "SIGKILL" });
  assert.equal(await stubborn.kill("SIGTERM"), false);
});

test("orphans of a killed program are collected by the host", async (t) => {
  const lab = await openLab(t);
  if (lab === undefined) return;
  const one = await lab.host("one");
  const parent = one.spawn(["bash", "-c", "sleep 2 & sleep 1000 & echo up; wait"]);
  await parent.log.waitFor(/up/, 5_000);
  await until("bash and both sleeps run", () => one.processes().length === 3);
  await parent.kill("SIGKILL");
  await until("only the long sleep is left", () => one.processes().length === 1);
  await until(
    "no zombie is left",
    async () => !(await one.run(["bash", "-c", "grep -h State /proc/[0-9]*/status"])).includes("Z"),
  );
});

test("a read-only clock takes CAP_SYS_TIME from every program and says why", async (t) => {
  const lab = await openLab(t, { clock: "read-only" });
  if (lab === undefined) return;
  assert.deepEqual(lab.clock, { adjustable: false, reason: "this lab was asked not to adjust the clock" });
  const one = await lab.host("one");
  const mask = /CapEff:\s*([0-9a-f]+)/.exec(await one.run(["cat", "/proc/self/status"]))?.[1] ?? "";
  const capSysTime = 1n << 25n;
  assert.equal(BigInt(`0x${mask}`) & capSysTime, 0n);
  assert.notEqual(BigInt(`0x${mask}`), 0n);
});

for (const { release } of linuxptpReleases) {
  test(`ptp4l ${release} of an ordinary clock reaches SLAVE on the cable to a grandmaster`, async (t) => {
    const absent = linuxptpMissing(release);
    if (absent !== undefined) return t.skip(absent);
    const lab = await openLab(t);
    if (lab === undefined) return;
    if (!lab.clock.adjustable) return t.skip(`ports stay UNCALIBRATED: ${lab.clock.reason}`);
    const pair = await startPtpPair(lab, linuxptpProgramDir(release));
    await pair.ordinary.log.waitFor(/UNCALIBRATED to SLAVE/, 15_000);
    assert.deepEqual(await pair.ordinary.stop(), { code: 0, signal: null });
  });
}

test("kill -9 of the program that made the lab leaves no process, namespace or device", async (t) => {
  const absent = missing ?? linuxptpMissing("4.2");
  if (absent !== undefined) return t.skip(absent);
  const maker = spawn(process.execPath, [join(import.meta.dirname, "testing/doomed-lab.ts")]);
  const told = await collectLines([maker.stdout, maker.stderr]).waitFor(/^\{/, 30_000);
  const doomed = JSON.parse(told) as DoomedLab;
  assert.equal(doomed.namespaces.length, 6);
  assert.ok(doomed.pids.length >= 5, "two first processes, ptp4l, a shell and its sleeps");
  assert.deepEqual(stillThere(doomed).length > 0, true, "the check sees a living lab");
  maker.kill("SIGKILL");
  await until("all is gone", () => stillThere(doomed).length === 0).catch(() =>
    assert.deepEqual(stillThere(doomed), []),
  );
  assert.equal(
    readdirSync("/sys/class/net").some((name) => /^(gm|oc)0$/.test(name)),
    false,
  );
});

/** What is left of a lab: its processes, and whatever else holds one of its namespaces. */
function stillThere({ namespaces, pids }: DoomedLab): readonly string[] {
  const held = allPids().flatMap((pid) =>
    ["net", "mnt", "pid", "pid_for_children"]
      .map((kind) => linkOf(`/proc/${pid}/ns/${kind}`).replace("pid_for_children", "pid"))
      .filter((namespace) => namespaces.includes(namespace))
      .map((namespace) => `${namespace} of ${pid}`),
  );
  const mounted = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => namespaces.some((namespace) => line.includes(namespace)));
  return [...held, ...mounted, ...pids.filter((pid) => existsSync(`/proc/${pid}/ns/net`)).map(String)];
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await holds()) return;
    await sleep(50);
  }
  assert.fail(`not within 5 s: ${what}`);
}
