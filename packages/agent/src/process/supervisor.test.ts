import assert from "node:assert/strict";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createSocket } from "node:dgram";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { silentLogger } from "@ptp/kit";
import type { ProcessReport } from "@ptp/node";
import type { ProcessSpec } from "@ptp/plan";
import { createLinuxStreamPairs } from "../host/stream-pair.ts";
import { signalProcess } from "./signal-group.ts";
import { createSupervisor, type Supervisor } from "./supervisor.ts";
import { eventually, fixturePath, fixtureSpec } from "./testing/fixture.ts";

interface Bench {
  readonly supervisor: Supervisor;
  readonly lines: string[];
  readonly changes: ProcessReport[];
  readonly report: (key: string) => ProcessReport | undefined;
}

/** `stopLimitMs`: longer than what obeys may be kept from it by a busy machine. */
function bench(t: TestContext, stopLimitMs = 30_000): Bench {
  const lines: string[] = [];
  const changes: ProcessReport[] = [];
  const supervisor = createSupervisor({
    listener: {
      onLine: (key, line) => void lines.push(`${key} ${line}`),
      onProcessChange: (report) => void changes.push(report),
    },
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    openPair: createLinuxStreamPairs(),
    clock: () => ({ monotonicMs: performance.now(), unixMs: Date.now() }),
    random: () => 0,
    log: silentLogger,
    stopLimitMs: { ptp4l: stopLimitMs },
    initialBackoffMs: 30,
  });
  t.after(() => supervisor.stopAll());
  const report = (key: string): ProcessReport | undefined => supervisor.processes().find((one) => one.key === key);
  return { supervisor, lines, changes, report };
}

const start = (spec: ProcessSpec) => ({ kind: "start", spec }) as const;
const stop = (key: string) => ({ kind: "stop", key, reason: "removed" }) as const;
const runs = fixturePath("runs.sh");

test("a process runs, is stopped by SIGTERM and its run's files and sockets are gone", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "ptp-run-"));
  t.after(() => rm(directory, { recursive: true }));
  const file = join(directory, "ptp4l.0.config");
  const socket = join(directory, "ptp4l.0.socket");
  await writeFile(socket, "stale");
  const { supervisor, lines, report } = bench(t);
  await supervisor.apply([
    start(
      fixtureSpec("ptp4l.0", [runs, "-f", file], {
        files: [{ path: file, content: "x", mode: 0o600 }],
        sockets: [socket],
      }),
    ),
  ]);
  await eventually("first line", () => lines.length > 0);
  assert.deepEqual(lines, [`ptp4l.0 up -f ${file}`]);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await assert.rejects(stat(socket), { code: "ENOENT" });
  const pid = report("ptp4l.0")?.pid ?? 0;
  assert.ok(signalProcess(pid, 0));
  await supervisor.apply([stop("ptp4l.0")]);
  assert.equal(signalProcess(pid, 0), false);
  await assert.rejects(stat(file), { code: "ENOENT" });
  assert.deepEqual(supervisor.processes(), []);
});

test("a process that ignores SIGTERM is killed after its limit", async (t) => {
  const { supervisor, lines } = bench(t, 300);
  await supervisor.apply([start(fixtureSpec("ptp4l.0", [fixturePath("ignores-sigterm.sh")]))]);
  await eventually("first line", () => lines.length > 0);
  const before = performance.now();
  await supervisor.apply([stop("ptp4l.0")]);
  const tookMs = performance.now() - before;
  assert.ok(tookMs >= 290 && tookMs < 4_500, `stopped after ${tookMs} ms`);
});

test("children that a process leaves behind end with it", async (t) => {
  const { supervisor, lines } = bench(t);
  await supervisor.apply([start(fixtureSpec("ptp4l.0", [fixturePath("forks-children.sh")]))]);
  await eventually("child", () => lines.length > 0);
  const child = Number(lines[0]?.split(" ").at(-1));
  assert.ok(signalProcess(child, 0));
  await supervisor.apply([stop("ptp4l.0")]);
  await eventually("child is gone", () => !signalProcess(child, 0));
});

test("a crash starts again with growing delays and tells its last words", async (t) => {
  const { supervisor, changes, report } = bench(t);
  await supervisor.apply([start(fixtureSpec("ptp4l.0", [fixturePath("exits-at-once.sh")]))]);
  await eventually("third start", () => (report("ptp4l.0")?.starts ?? 0) >= 3);
  const backoff = changes.find(({ state }) => state === "backoff");
  assert.match(
    backoff?.lastExit ?? "",
    /^ptp4l\.0 exited with code 255 after \d+\.\d s: (first words|failed to create a clock) \/ (first words|failed to create a clock)$/,
  );
});

test("a missing program is a failed start, not a failed agent", async (t) => {
  const { supervisor, report } = bench(t);
  await supervisor.apply([start(fixtureSpec("ptp4l.0", ["/nowhere/ptp4l"])), start(fixtureSpec("ptp4l.1", [runs]))]);
  await eventually("backoff", () => report("ptp4l.0")?.state === "backoff");
  assert.match(report("ptp4l.0")?.lastExit ?? "", /^ptp4l\.0 could not be started: spawn \/nowhere\/ptp4l ENOENT$/);
  await eventually("the other runs", () => report("ptp4l.1")?.pid !== undefined);
});

test("an unwritable file is a failed start that names the path", async (t) => {
  const { supervisor, report } = bench(t);
  const path = join(runs, "ptp4l.0.config");
  await supervisor.apply([start(fixtureSpec("ptp4l.0", [runs], { files: [{ path, content: "", mode: 0o644 }] }))]);
  await eventually("backoff", () => report("ptp4l.0")?.state === "backoff");
  assert.match(report("ptp4l.0")?.lastExit ?? "", /could not be started: (ENOTDIR|EEXIST).*runs\.sh/);
});

test("a port in use shows as a crash with the program's own words and heals when the port is free", async (t) => {
  const holder = createSocket("udp4");
  await new Promise<void>((resolve) => holder.bind(0, "127.0.0.1", resolve));
  const { supervisor, lines, report } = bench(t);
  const argv = [process.execPath, fixturePath("holds-port.mjs"), String(holder.address().port)];
  await supervisor.apply([start(fixtureSpec("ptp4l.0", argv))]);
  await eventually("crash", () => report("ptp4l.0")?.lastExit !== "");
  assert.match(report("ptp4l.0")?.lastExit ?? "", /exited with code 1 after .* failed to bind: bind EADDRINUSE/);
  await new Promise<void>((resolve) => holder.close(() => resolve()));
  await eventually("bound", () => lines.includes("ptp4l.0 bound"));
});

test("a held process starts on the first offset below its limit, strictly, of a process it waits for", async (t) => {
  const { supervisor, report } = bench(t);
  const startCondition = { kind: "offset-below", processes: ["ptp4l.0"], limitNs: 1_000_000_000 } as const;
  await supervisor.apply([start(fixtureSpec("phc2sys.0", [runs], { program: "phc2sys", startCondition }))]);
  for (const [key, offsetNs] of [
    ["ptp4l.0", 1_000_000_000],
    ["ptp4l.0", -2_000_000_000],
    ["ptp4l.1", 5],
  ] as const) {
    supervisor.reportOffset(key, offsetNs);
    assert.equal(report("phc2sys.0")?.starts, 0);
    assert.ok(supervisor.isHeld("phc2sys.0"));
  }
  supervisor.reportOffset("ptp4l.0", -500_000_000);
  assert.equal(report("phc2sys.0")?.starts, 1);
  assert.equal(supervisor.isHeld("phc2sys.0"), false);
});

test("dependents end first, whatever the order in which they were started", async (t) => {
  const { supervisor, changes, lines } = bench(t);
  await supervisor.apply([
    start(fixtureSpec("phc2sys.0", [runs], { dependsOn: ["ptp4l.0"] })),
    start(fixtureSpec("ptp4l.0", [runs])),
  ]);
  await eventually("both run", () => lines.length === 2);
  await supervisor.stopAll();
  const ends = changes.filter(({ state }) => state === "stopped").map(({ key }) => key);
  assert.deepEqual(ends, ["phc2sys.0", "ptp4l.0"]);
  await supervisor.apply([start(fixtureSpec("ptp4l.0", [runs]))]);
  assert.deepEqual(supervisor.processes(), [], "nothing starts after stopAll");
});

test("a hung process is ended and started again, with its reason in the record", async (t) => {
  const { supervisor, report, lines } = bench(t);
  await supervisor.apply([start(fixtureSpec("ptp4l.0", [runs]))]);
  await eventually("up", () => lines.length === 1);
  supervisor.reportReady("ptp4l.0");
  assert.equal(report("ptp4l.0")?.state, "running");
  supervisor.reportHung("ptp4l.0");
  await eventually("up again", () => lines.length === 2);
  assert.match(report("ptp4l.0")?.lastExit ?? "", /^hung: ptp4l\.0 exited with code 0/);
  assert.equal(report("ptp4l.0")?.starts, 2);
});

test("starts go on being counted over a change of configuration", async (t) => {
  const { supervisor, report, lines } = bench(t);
  await supervisor.apply([start(fixtureSpec("ptp4l.0", [runs, "one"]))]);
  await eventually("up", () => lines.length === 1);
  await supervisor.apply([
    { kind: "stop", key: "ptp4l.0", reason: "config-changed" },
    start(fixtureSpec("ptp4l.0", [runs, "two"])),
  ]);
  await eventually("up again", () => lines.includes("ptp4l.0 up two"));
  assert.equal(report("ptp4l.0")?.starts, 2);
  assert.match(report("ptp4l.0")?.lastExit ?? "", /^config-changed: /);
});

test("a process that floods its output is read at a bounded rate, and the others are served", async (t) => {
  const { supervisor, lines } = bench(t);
  const startMs = performance.now();
  await supervisor.apply([start(fixtureSpec("ptp4l.0", [fixturePath("floods-output.sh")]))]);
  await eventually("flood", () => lines.length > 1_000);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const bytes = lines.reduce((sum, line) => sum + line.length, 0);
  const seconds = (performance.now() - startMs) / 1_000;
  assert.ok(bytes < 3_000_000 * Math.max(1, seconds), `${bytes} bytes were read in ${seconds} s`);
  await supervisor.apply([start(fixtureSpec("ptp4l.1", [runs]))]);
  await eventually("the other's line", () => lines.includes("ptp4l.1 up "), 10_000);
});

test("a file that two processes use stays while one of them runs", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "ptp-run-"));
  t.after(() => rm(directory, { recursive: true }));
  const key = { path: join(directory, "secret", "key"), content: "k", mode: 0o600 };
  const { supervisor, lines } = bench(t);
  await supervisor.apply([
    start(fixtureSpec("ptp4l.0", [runs], { files: [key] })),
    start(fixtureSpec("ptp4l.1", [runs], { files: [key] })),
  ]);
  await eventually("both run", () => lines.length === 2);
  await supervisor.apply([stop("ptp4l.0")]);
  assert.equal((await stat(key.path)).mode & 0o777, 0o600);
  await supervisor.apply([stop("ptp4l.1")]);
  await assert.rejects(stat(key.path), { code: "ENOENT" });
});

test("a FIFO is made before the start, outlives a crash of its writer and is gone in the end", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "ptp-run-"));
  t.after(() => rm(directory, { recursive: true }));
  const fifo = join(directory, "gpsd", "data");
  const { supervisor, report } = bench(t);
  await supervisor.apply([
    start(fixtureSpec("ptp4l.0", [fixturePath("exits-at-once.sh")], { sockets: [fifo], fifos: [fifo] })),
  ]);
  await eventually("first start", () => report("ptp4l.0")?.lastExit !== "");
  const before = await stat(fifo);
  assert.ok(before.isFIFO());
  await eventually("third start", () => (report("ptp4l.0")?.starts ?? 0) >= 3);
  assert.equal((await stat(fifo)).ino, before.ino);
  await supervisor.apply([stop("ptp4l.0")]);
  await assert.rejects(stat(fifo), { code: "ENOENT" });
});

test("an argument that no program can get is a failed start, not the end of the agent", async (t) => {
  const { supervisor, report } = bench(t);
  await supervisor.apply([start(fixtureSpec("ptp4l.0", [runs, "with\0NUL"])), start(fixtureSpec("ptp4l.1", [runs]))]);
  await eventually("the failure is told", () => report("ptp4l.0")?.lastExit.includes("could not be started") === true);
  await eventually("the other runs", () => report("ptp4l.1")?.pid !== undefined);
});

test("a process that stays takes its new name; one that waited for nobody starts", async (t) => {
  const { supervisor, report } = bench(t);
  const waiting = { kind: "offset-below", processes: ["ptp4l.9"], limitNs: 1 } as const;
  const specs = [
    fixtureSpec("ptp4l.0", [runs]),
    fixtureSpec("phc2sys.0", [runs], { program: "phc2sys", startCondition: waiting }),
  ];
  await supervisor.apply(specs.map(start));
  await eventually("it runs", () => report("ptp4l.0")?.pid !== undefined);
  const before = report("ptp4l.0")?.pid;
  assert.equal(supervisor.isHeld("phc2sys.0"), true);
  supervisor.adopt(specs.map((spec) => ({ ...spec, configName: "new", startCondition: { kind: "at-once" } })));
  await eventually("it starts", () => report("phc2sys.0")?.pid !== undefined);
  assert.deepEqual([report("ptp4l.0")?.configName, report("ptp4l.0")?.pid], ["new", before]);
  supervisor.adopt([fixtureSpec("ptp4l.0", [runs, "other"], { configName: "other program" })]);
  assert.equal(report("ptp4l.0")?.configName, "new");
});
