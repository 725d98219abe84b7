import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { captureLogger, silentLogger } from "@ptp/kit";
import type { NodeProfile } from "@ptp/node";
import { parse } from "yaml";
import { createLinePrinter } from "./line-printer.ts";
import { createLineSink } from "./line-sink.ts";
import { goDurationMs, readLogSettings } from "./log-settings.ts";
import { createOffsetSummary } from "./offset-summary.ts";
import { fixtureSpec } from "./testing/fixture.ts";

const offsetLine = (offset: number) =>
  `ptp4l[6059353.707]: [ptp4l.0.config:6] master offset        ${offset} s2 freq  -12461 path delay      1512`;

function bench(settings: Record<string, string>) {
  const out: string[] = [];
  const warnings: string[] = [];
  let nowMs = 0;
  let accepts = true;
  const printer = createLinePrinter({
    sink: { writeLine: (line) => accepts && out.push(line) > 0, flush: () => Promise.resolve() },
    clock: () => ({ monotonicMs: nowMs, unixMs: 1_700_000_000_123 + nowMs }),
    log: captureLogger((_level, message) => void warnings.push(message)),
  });
  const profile: NodeProfile = { name: "test", ptpSettings: settings };
  const specs = [
    fixtureSpec("ptp4l.0", []),
    fixtureSpec("phc2sys.0", [], { program: "phc2sys", configName: "ptp4l.0.config" }),
    fixtureSpec("chronyd.0", [], { program: "chronyd" }),
  ];
  printer.configure(specs, [profile]);
  return {
    out,
    warnings,
    printer,
    reconfigure: () => printer.configure(specs, [profile]),
    at: (ms: number) => (nowMs = ms),
    stall: (stalled: boolean) => (accepts = !stalled),
  };
}

const vectorsPath = "../shared/vectors/daemon.yaml";
interface Vector {
  id: string;
  given: { offsets: number[]; lines: string[]; logReduce: string | string[] };
  expect: { flush_suffix: string; printed: boolean[] };
}
function vector(id: string): Vector | undefined {
  try {
    const document: Vector[] | { vectors: Vector[] } = parse(readFileSync(vectorsPath, "utf8"));
    return (Array.isArray(document) ? document : document.vectors).find((one) => one.id === id);
  } catch {
    return undefined;
  }
}

test("D133: enhanced logReduce writes one summary", (t) => {
  const found = vector("D133");
  if (found === undefined) return t.skip(`${vectorsPath} is not here`);
  const { printer, out, at } = bench({ logReduce: "enhanced" });
  for (const offset of found.given.offsets.slice(0, -1)) printer.printLine("ptp4l.0", offsetLine(offset));
  assert.deepEqual(out, []);
  at(30_000);
  printer.printLine("ptp4l.0", offsetLine(found.given.offsets.at(-1) ?? 0));
  assert.deepEqual(out, [`ptp4l[1700000030.123]:${found.expect.flush_suffix}`]);
});

test("D137: basic logReduce hides master offset lines alone", (t) => {
  const found = vector("D137");
  if (found === undefined) return t.skip(`${vectorsPath} is not here`);
  for (const logReduce of found.given.logReduce) {
    const { printer, out } = bench({ logReduce });
    for (const line of found.given.lines) printer.printLine(line.startsWith("phc2sys") ? "phc2sys.0" : "ptp4l.0", line);
    assert.deepEqual(
      out,
      found.given.lines.filter((_line, index) => found.expect.printed[index]),
    );
  }
});

test("createOffsetSummary tells one sample without a deviation and nothing of no sample", () => {
  const now = { monotonicMs: 0, unixMs: 0 };
  const summary = createOffsetSummary({ program: "ptp4l", tag: "[t:6]", windowMs: 1, thresholdNs: 0 });
  assert.deepEqual(summary.flush(now), []);
  summary.accept(offsetLine(-3), now);
  assert.deepEqual(summary.flush(now), [
    "ptp4l[0.000]: [t:6] master offset summary: cnt=1, min=-3, max=-3, avg=-3.00, SD=NaN",
  ]);
});

test("an offset beyond the threshold is printed after what was pending", () => {
  const { printer, out } = bench({ logReduce: "enhanced 10s 100" });
  printer.printLine("ptp4l.0", offsetLine(5));
  printer.printLine("ptp4l.0", offsetLine(-101));
  assert.match(out[0] ?? "", /cnt=1, min=5/);
  assert.equal(out[1], offsetLine(-101));
});

test("stdoutFilter and enhanced logReduce work together, and pending samples are told when the process ends", () => {
  const { printer, out } = bench({ logReduce: "enhanced", stdoutFilter: "^.*port \\d: noise.*$" });
  printer.printLine("ptp4l.0", "ptp4l[1]: port 1: noise");
  printer.printLine("ptp4l.0", "ptp4l[1]: port 1: LISTENING to SLAVE");
  printer.printLine("ptp4l.0", offsetLine(7));
  printer.noteProcess({
    key: "ptp4l.0",
    program: "ptp4l",
    profile: "test",
    configName: "",
    state: "backoff",
    starts: 1,
    sinceUnixMs: 0,
    lastExit: "",
  });
  assert.equal(out[0], "ptp4l[1]: port 1: LISTENING to SLAVE");
  assert.match(out[1] ?? "", /cnt=1, min=7/);
});

test("readLogSettings: a filter that RE2 does not know is a warning, and every line is printed", () => {
  const { isFiltered, warnings } = readLogSettings({ stdoutFilter: "(?=x)" });
  assert.equal(isFiltered("x"), false);
  assert.match(warnings[0] ?? "", /stdoutFilter is not an RE2 expression/);
  assert.equal(readLogSettings({ logReduce: "enhanced soon" }).reduce.mode, "enhanced");
});

test("readLogSettings: a filter that would take a backtracking engine for ever does not", () => {
  const { isFiltered } = readLogSettings({ stdoutFilter: "(a+)+$" });
  const before = performance.now();
  assert.equal(isFiltered(`${"a".repeat(5_000)}b`), false);
  assert.ok(performance.now() - before < 2_000);
});

test("goDurationMs reads Go durations", () => {
  assert.equal(goDurationMs("1m30s"), 90_000);
  assert.equal(goDurationMs("1.5s"), 1_500);
  for (const wrong of ["", "30", "s", "-3s", "3 s", "0s"]) assert.equal(goDurationMs(wrong), undefined);
});

test("a flood is cut to its rate, and the next line tells how many are missing", () => {
  const { printer, out, at } = bench({});
  for (let count = 0; count < 5_000; count += 1) printer.printLine("ptp4l.0", "noise");
  assert.equal(out.length, 1_000);
  at(1_000);
  printer.printLine("ptp4l.0", "next");
  assert.deepEqual(out.slice(1_000), ["ptp4l.0: 4000 lines dropped", "next"]);
});

test("a stalled reader costs lines, which are told later; configuring anew forgets no count", () => {
  const { printer, out, stall, reconfigure } = bench({});
  stall(true);
  printer.printLine("ptp4l.0", "lost");
  stall(false);
  reconfigure();
  printer.printLine("ptp4l.0", "next");
  assert.deepEqual(out, ["ptp4l.0: 1 lines dropped", "next"]);
});

test("chronyd's lines get a name", () => {
  const { printer, out } = bench({});
  printer.noteProcess({
    key: "chronyd.0",
    program: "chronyd",
    profile: "test",
    configName: "",
    state: "running",
    pid: 9,
    starts: 1,
    sinceUnixMs: 0,
    lastExit: "",
  });
  printer.printLine("chronyd.0", "Selected source PHC0");
  assert.deepEqual(out, ["chronyd[9][chronyd.0.config]: Selected source PHC0"]);
});

test("createLineSink never blocks on a pipe that nobody reads", async () => {
  const reader = spawn("sleep", ["100"], { stdio: ["pipe", "ignore", "ignore"] });
  try {
    const handle: { fd?: number } | undefined = Reflect.get(reader.stdin, "_handle");
    const sink = createLineSink(handle?.fd ?? -1, 200_000);
    let taken = 0;
    for (let count = 0; count < 10_000; count += 1) if (sink.writeLine("x".repeat(99))) taken += 1;
    assert.ok(taken >= 1_990 && taken < 10_000, `${taken} lines taken`);
    await sink.flush(50);
  } finally {
    reader.kill("SIGKILL");
  }
});

test("silentLogger is accepted where no warning is expected", () => {
  const sink = { writeLine: () => true, flush: () => Promise.resolve() };
  const printer = createLinePrinter({ sink, clock: () => ({ monotonicMs: 0, unixMs: 0 }), log: silentLogger });
  assert.doesNotThrow(() => printer.printLine("unknown", "line"));
});
