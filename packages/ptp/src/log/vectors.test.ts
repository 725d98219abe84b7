import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import test from "node:test";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import type { PortState } from "../clock/port-state.ts";
import type { LogFact, LogObservation } from "./log-fact.ts";
import type { LogProgram } from "./log-observation.ts";
import { parseLogHeader } from "./log-header.ts";
import { parseLine, readFact } from "./parse-line.ts";

/** Cases of the existing stack, read in place. */
const vectorsFile = new URL("../../../../../shared/vectors/daemon.yaml", import.meta.url);

interface Vector {
  readonly id: string;
  readonly area: string;
  readonly title: string;
  readonly given: { readonly line?: string; readonly lines?: readonly string[] };
  readonly expect: { readonly metric?: Expected; readonly event?: Expected; readonly parsed?: unknown };
}
type Expected = Readonly<Record<string, string | number>>;

/** Where we know better than the existing daemon, and why. */
const deviations: Readonly<Record<string, { readonly expect: Expected | null; readonly because: string }>> = {
  D003: { expect: { offset: 53, max: 74, freq: -16642 }, because: "a delay that was not measured is absent, not 0" },
  D011: { expect: { port_id: 1 }, because: "a bare fault is a fault; the port's state stays what it was" },
  D013: { expect: { port_id: 1, role: "UNCALIBRATED" }, because: "design.md 6: acquiring is not FAULTY" },
  D019: { expect: { port_id: 1 }, because: "a text we do not know keeps its port" },
  D021: { expect: { port_id: 1 }, because: "a text without a state keeps its port and its role" },
  D023: { expect: { port_id: 1, role: "SLAVE" }, because: "VLAN interfaces have names with dots" },
};

const roles: Partial<Record<PortState, string>> = { TIME_RECEIVER: "SLAVE", TIME_TRANSMITTER: "MASTER" };
const sources = { "time-transmitter": "master", pps: "master", phc: "phc", sys: "sys" } as const;

/** The existing daemon's words for what a line says; states and hints it derives from history are truth's affair. */
function toReference(seen: LogObservation | undefined): Readonly<Record<string, unknown>> | null {
  switch (seen?.kind) {
    case "offset-summary":
      return { offset: seen.rmsNs, max: seen.maxNs, freq: seen.freqPpb, delay: seen.delayNs, clock_state: "" };
    case "offset": {
      const locked = seen.servo === "s2" || seen.servo === "s3";
      const state = seen.holdover ? "HOLDOVER" : locked ? "LOCKED" : "FREERUN";
      const { offsetNs: offset, freqPpb: freq, delayNs: delay } = seen;
      return { source: sources[seen.reference], offset, max: offset, freq, delay, clock_state: state };
    }
    case "nmea-status":
      return {
        source: "nmea_status",
        offset: seen.offsetNs,
        nmea_status: Number(seen.available),
        clock_state: "LOCKED",
      };
    case "port-state":
      return { port_id: seen.portNumber, role: roles[seen.to] ?? seen.to };
    case "port-fault":
    case "port-notice":
    case "port-link":
    case "foreign-time-transmitter":
      return { port_id: seen.portNumber };
    case "best-clock":
    case "clock-fault":
    case "clock-selection":
    case "domain-source":
    case "eec-state":
    case "quality-level":
    case "source-fault":
    case "waiting":
    case "source-selection":
    case "lifecycle":
    case "remark":
    case "process-status":
    case "clock-class":
    case "clock-status":
    case "gnss-status":
    case "dpll-status":
    case "ha-profile":
    case "eec-status":
    case "clock-quality":
    case "control":
    case undefined:
      return null;
  }
}

function check(vector: Vector): void {
  const line = vector.given.line ?? "";
  const seen = parseLine(line.slice(0, line.indexOf("[")) as LogProgram, line);
  const actual = toReference(seen);
  const deviation = deviations[vector.id];
  const expected = deviation?.expect ?? vector.expect.metric ?? vector.expect.event ?? null;
  if (expected === null) {
    // A line without news is known to us, so that it is not counted as missed.
    assert.ok(seen === undefined || seen.kind === "remark", seen?.kind);
    return;
  }
  // The labels' defaults and the state before a lock come from elsewhere; the interface is checked where a line has one.
  const { iface, source, clock_state: state, ...numbers } = expected;
  const clock = seen !== undefined && "clock" in seen ? seen.clock : undefined;
  assert.equal(clock ?? "master", iface ?? clock ?? "master", "interface");
  if (seen?.kind === "offset") {
    assert.equal(actual?.["source"], source ?? actual?.["source"], "source");
    assert.equal(actual?.["clock_state"], state ?? actual?.["clock_state"], "clock state");
  }
  const ours = Object.fromEntries(Object.keys(numbers).map((key) => [key, actual?.[key]]));
  assert.deepEqual(ours, numbers);
}

test("vectors: log lines of the existing daemon", async (t) => {
  if (!existsSync(vectorsFile)) {
    t.skip("no ../shared/vectors beside this checkout");
    return;
  }
  const { vectors } = parse(readFileSync(vectorsFile, "utf8")) as { vectors: readonly Vector[] };
  const cases = vectors.filter(({ area }) => area === "log-parse");
  assert.ok(cases.length >= 19, `${cases.length} cases`);
  for (const vector of cases) {
    const because = deviations[vector.id]?.because;
    const name = `${vector.id} ${vector.title}${because === undefined ? "" : ` (deviation: ${because})`}`;
    await t.test(name, () => check(vector));
  }
  await t.test("D128 HA domain selection", () => {
    const lines = vectors.find(({ id }) => id === "D128")?.given.lines ?? [];
    const seen = lines.map((line) => parseLine("phc2sys", line));
    assert.deepEqual(
      seen.map((o) => (o?.kind === "domain-source" ? [o.configName, o.clock, o.inDomain] : o)),
      [
        ["phc2sys.2.config", "ens2f0", true],
        ["phc2sys.2.config", "ens1f1", false],
      ],
    );
  });
  await t.test("D149 synce4l", () => {
    const lines = vectors.find(({ id }) => id === "D149")?.given.lines ?? [];
    const common = { program: "synce4l", configName: "synce4l.0.config" };
    const level = { ...common, kind: "quality-level", interfaceName: "ens7f0" };
    const eec = { ...common, kind: "eec-state" };
    const seen = lines.map((line) => parseLine("synce4l", line));
    assert.deepEqual(
      seen.map((o) => ({ ...o, uptimeS: undefined })),
      [
        { ...level, extended: false, qualityLevel: 1 },
        { ...level, extended: true, qualityLevel: 32 },
        { ...eec, state: "LOCKED_HO_ACQ", device: "synce1", externalSource: "GNSS" },
        { ...eec, state: "HOLDOVER", device: "synce1" },
        { ...eec, state: "LOCKED_HO_ACQ", interfaceName: "ens7f0" },
      ].map((o) => ({ ...o, uptimeS: undefined })),
    );
  });
});

test("vectors: event lines and whole recordings", async (t) => {
  if (!existsSync(vectorsFile)) return t.skip("no ../shared/vectors beside this checkout");
  const { vectors } = parse(readFileSync(vectorsFile, "utf8")) as { vectors: readonly EventVector[] };
  for (const { id, title, given, expect } of vectors.filter(({ area }) => area === "event-socket")) {
    await t.test(`${id} ${title}`, () => {
      // Whether the severity is there or was taken off: the line says the same.
      const [seen, forwarded] = [given.line ?? "", expect.forwarded ?? ""].map((line) => parseLine("ptp4l", line));
      assert.equal(seen?.kind, "offset");
      assert.deepEqual({ ...seen, severity: undefined }, { ...forwarded, severity: undefined });
    });
  }
  await t.test("D126 event line formats", () => {
    const lines = vectors.find(({ id }) => id === "D126")?.expect.lines ?? [];
    const facts = lines.map((line) => readEventLine(line.replace("[T]", "[1757326334]")));
    const gnss = { kind: "gnss-status", interfaceName: "ens1f0", offsetNs: 0 };
    const dpll = { frequencyStatus: 3, phaseStatus: 3, ppsAvailable: true, offsetNs: 0, state: "LOCKED" };
    assert.deepEqual(facts, [
      { ...gnss, fix: 3, state: "LOCKED" },
      { ...gnss, fix: 0, state: "FREERUN" },
      { kind: "dpll-status", interfaceName: "ens1f0", ...dpll },
      { kind: "nmea-status", clock: "ens1f0", available: false, offsetNs: 99999, servo: "s1" },
    ]);
  });
  for (const { id, title, given, expect } of vectors.filter(({ area }) => area === "bulk")) {
    await t.test(`${id} ${title}`, () => {
      const counts = countLines(given.file ?? "");
      assert.deepEqual(counts, withOurReading(expect.counts ?? {}));
    });
  }
  return undefined;
});

interface EventVector extends Pick<Vector, "id" | "area" | "title"> {
  readonly given: { readonly line?: string; readonly file?: string };
  readonly expect: {
    readonly forwarded?: string;
    readonly lines?: readonly string[];
    readonly counts?: Readonly<Record<string, number>>;
  };
}

function readEventLine(line: string): LogFact | undefined {
  const header = parseLogHeader(line);
  return header === undefined ? undefined : readFact(header.program, header.text);
}

/** What a whole recording says, counted as the vectors do. */
function countLines(file: string): Readonly<Record<string, number>> {
  const path = new URL(`../../../../../shared/${file}.gz`, import.meta.url);
  const counts: Record<string, number> = {};
  const count = (name: string): void => void (counts[name] = (counts[name] ?? 0) + 1);
  for (const line of gunzipSync(readFileSync(path)).toString("utf8").split("\n")) {
    const program = /^(ptp4l|phc2sys|ts2phc)\[/.exec(line)?.[1];
    if (program === undefined) continue;
    count(`${program} lines`);
    const fact = readEventLine(line);
    if (fact?.kind === "offset")
      count(`${program} metric ${fact.servo === "s2" || fact.servo === "s3" ? "LOCKED" : "FREERUN"}`);
    else if (fact !== undefined && "portNumber" in fact && fact.portNumber > 0) count(`${program} port`);
    else count(`${program} ignored`);
  }
  return counts;
}

/** Deviation as in D013 to D021: roles are the business of the state machines, so that news of ports count as one. */
function withOurReading(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const events = Object.entries(counts).filter(([name]) => name.startsWith("ptp4l event "));
  const rest = Object.entries(counts).filter(([name]) => !name.startsWith("ptp4l event "));
  return { ...Object.fromEntries(rest), "ptp4l port": events.reduce((sum, [, number]) => sum + number, 0) };
}
