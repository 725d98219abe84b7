import assert from "node:assert/strict";
import test from "node:test";
import type { NodeProfile } from "@ptp/node";
import fc from "fast-check";
import type { WatchedPlan } from "../node/watched-plan.ts";
import { createReplay, type Replay } from "./replay.ts";
import { createTimeline } from "./timeline.ts";

const profiles: readonly NodeProfile[] = [{ name: "oc" }];
const plan: WatchedPlan = {
  processes: [
    { key: "ptp4l.0", program: "ptp4l", profile: "oc", configName: "ptp4l.0.config" },
    { key: "phc2sys.0", program: "phc2sys", profile: "oc", configName: "ptp4l.0.config" },
  ],
  ptp4lInstances: [
    {
      key: "ptp4l.0",
      profile: "oc",
      configName: "ptp4l.0.config",
      socketPath: "/var/run/ptp4l.0.socket",
      domainNumber: 24,
      interfaces: ["ens1f0.100", "ens1f1"],
    },
  ],
  aliasByInterface: { "ens1f0.100": "ens1fx.100" },
};

function replay(): Replay {
  return createReplay({ nodeName: "n", plan, config: { profiles } });
}

/** What a replay of these lines tells, one text per change. */
function told(lines: readonly string[], on: Replay = replay()): string[] {
  return lines.flatMap((line) =>
    on.push(line).map(({ change: { at, clock, from, to, cause }, events }) => {
      const values = events.map((event) => `${event.resource}${"state" in event ? ` ${event.state}` : ""}`);
      return `${at.unixMs / 1000} ${clock.process} ${clock.iface} ${from}>${to}: ${cause.join("; ")} [${values.join(", ")}]`;
    }),
  );
}

const p = (time: number, text: string): string => `ptp4l[${time.toFixed(3)}]: [ptp4l.0.config:5] ${text}`;
const offset = (time: number, ns: number, servo = "s2"): string =>
  p(time, `master offset ${ns} ${servo} freq -10 path delay 500`);

const acquiring = [
  p(1, "port 1 (ens1f0.100): INITIALIZING to LISTENING on INIT_COMPLETE"),
  p(2, "port 1 (ens1f0.100): LISTENING to UNCALIBRATED on RS_SLAVE"),
  offset(3, 900, "s1"),
  offset(4, 20),
  p(4.1, "port 1 (ens1f0.100): UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED"),
];

test("replay: acquiring, a fault, and holdover that ends when it is due", () => {
  const fault = "no port is SLAVE: port 1 (ens1f0.100) is FAULTY";
  assert.deepEqual(
    told([
      ...acquiring,
      offset(5, 21),
      p(5.5, "port 1: SLAVE to FAULTY on FAULT_DETECTED (FT_UNSPECIFIED)"),
      p(30, "x"),
    ]),
    [
      "1 ptp4l ens1fx.100 UNKNOWN>FREERUN: no port is SLAVE: port 1 (ens1f0.100) is LISTENING [lock-state FREERUN, os-clock-sync-state FREERUN, sync-state FREERUN]",
      "4.1 ptp4l ens1fx.100 FREERUN>LOCKED: port 1 (ens1f0.100) is SLAVE, offset within thresholds [lock-state LOCKED]",
      `5.5 ptp4l ens1fx.100 LOCKED>HOLDOVER: ${fault} [lock-state HOLDOVER]`,
      `11 ptp4l ens1fx.100 HOLDOVER>FREERUN: holdover of 5 s expired; ${fault} [lock-state FREERUN]`,
    ],
  );
});

test("replay: silence is noticed without a line of ptp4l", () => {
  const other = "phc2sys[40.0]: [ptp4l.0.config:6] CLOCK_REALTIME phc offset 5 s2 freq +0 delay 500";
  const changes = told([...acquiring, other]);
  assert.match(changes[2] ?? "", /^13 .*LOCKED>HOLDOVER: .*got no Sync for 8 s/);
  assert.match(changes[3] ?? "", /^18 .*HOLDOVER>FREERUN: holdover of 5 s expired/);
  assert.match(changes[4] ?? "", /^40 phc2sys CLOCK_REALTIME UNKNOWN>FREERUN: follows ptp4l of oc, which is FREERUN; /);
});

test("replay: news of a port that only transmits leave the first one to receive", () => {
  const on = replay();
  told([offset(1, 5)], on);
  assert.deepEqual(told([p(2, "port 2 (ens1f1): MASTER to FAULTY on FAULT_DETECTED (FT_UNSPECIFIED)")], on), []);
  assert.match(told([p(3, "port 1 (ens1f0.100): SLAVE to FAULTY on FAULT_DETECTED")], on)[0] ?? "", /LOCKED>HOLDOVER/);
});

test("replay: event lines of the existing daemon have Unix time in brackets, or none", () => {
  const on = replay();
  told([...acquiring], on);
  assert.deepEqual(told(["ptp4l[105]:[ptp4l.0.config] CLOCK_CLASS_CHANGE 6"], on), [], "no 100 s have gone by");
  assert.equal(on.nowMs(), 4_100);
});

test("replay: offsets without any port line are of the first port, until a line names one", () => {
  const on = replay();
  assert.match(told([offset(1, 5)], on)[0] ?? "", /UNKNOWN>LOCKED: port 1/);
  told([p(2, "port 2 (ens1f1): UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED"), offset(3, 5)], on);
  assert.deepEqual([...(on.view().ptpClocks[0]?.clock.ports.keys() ?? [])], [2]);
});

test("replay: a summary is judged by its largest offset and shown by its mean", () => {
  const on = replay();
  told([p(1, "rms 40 max 150 freq -10 +/- 3 delay 500 +/- 1")], on);
  const clock = on.view().ptpClocks[0]?.clock;
  assert.equal(clock?.sample?.offsetNs, 40);
  assert.equal(clock?.status.state, "FREERUN");
  assert.equal(clock?.servo?.maxNs, 150);
});

test("replay: process status lines and clock class", () => {
  const on = replay();
  told([...acquiring, "ptp4l[6]:[ptp4l.0.config] CLOCK_CLASS_CHANGE 6"], on);
  assert.equal(on.view().ptpClocks[0]?.clock.heardClass, 6);
  const down = told(["ptp4l[7]:[ptp4l.0.config] PTP_PROCESS_STATUS:0"], on);
  assert.match(down[0] ?? "", /LOCKED>HOLDOVER: ptp4l is down, restarting/);
  told(["ptp4l[8]:[ptp4l.0.config] PTP_PROCESS_STATUS:1"], on);
  assert.deepEqual(
    on.view().processes.map(({ key, state, starts }) => [key, state, starts]),
    [["ptp4l.0", "running", 2]],
  );
});

test("replay: misses are counted by program, lines of others are not", () => {
  const on = replay();
  told(
    [
      "ptp4l[1.0]: [ptp4l.0.config:6] quite new words",
      "I0911 14:41:07.234044  871479 ptpdev.go:28] hello",
      "dpll[5]:[x] ?",
    ],
    on,
  );
  assert.deepEqual(
    [...on.state().parseMisses],
    [
      ["ptp4l", 1],
      ["dpll", 1],
    ],
  );
});

test("timeline: prefixes, uptime and Unix stamps meet on one scale", () => {
  const timeline = createTimeline();
  assert.equal(timeline.at({}, 1000.5), 1_000_500);
  // Whole seconds of Unix time never run ahead of finer stamps.
  assert.equal(timeline.at({}, 1_757_326_334), 1_000_500);
  assert.equal(timeline.at({}, 1_757_326_336), 1_002_500 - 0);
  assert.equal(timeline.at({}, 1003), 1_003_000);
  assert.equal(timeline.at({}, 1002.9), 1_003_000, "never back");
  assert.equal(timeline.at({}, 5), 1_003_000, "a reboot goes on");
  assert.equal(timeline.at({}, 6), 1_004_000);
  assert.equal(timeline.at({ unixMs: 77_000 }, 7), 1_004_000);
  assert.equal(timeline.at({ unixMs: 78_000 }, 7), 1_005_000);
});

test("replay: any lines, no throw, the same again", () => {
  const words = [
    "ptp4l[",
    "1.0]: ",
    "[ptp4l.0.config] ",
    "port 1",
    ": ",
    "SLAVE to ",
    "FAULTY",
    " offset ",
    "-5 ",
    "s2 ",
    "{",
    '"source":',
    '"tick"',
    "}",
  ];
  const junk = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join(""));
  const line = fc.oneof(
    junk,
    fc.string(),
    fc.integer({ min: 0, max: 100 }).chain((time) =>
      fc.oneof(
        fc.constantFrom(...acquiring),
        fc.integer({ min: -200, max: 200 }).map((ns) => offset(time, ns)),
        fc
          .constantFrom("SLAVE to FAULTY on FAULT_DETECTED", "LISTENING to SLAVE on X")
          .map((text) => p(time, `port 1: ${text}`)),
        fc.json().map((json) => `{"t":${time},"source":"management","process":"ptp4l.0","observations":[${json}]}`),
      ),
    ),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      assert.deepEqual(told(lines), told(lines));
    }),
    { numRuns: 300 },
  );
});
