import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant, ProcessReport } from "@ptp/node";
import { clockLimits } from "./clock-limits.ts";
import { metricFamilies, metricSamples } from "./metric-samples.ts";
import { clockReports, type NodeView, type PtpClockView } from "./node-view.ts";
import { initialPtpClock, stepPtpClock, type PtpClockObservation } from "./ptp-clock.ts";

const at = (monotonicMs: number): Instant => ({ monotonicMs, unixMs: 1_700_000_000_000 + monotonicMs });

function view(configName: string, iface: string, observations: readonly PtpClockObservation[]): PtpClockView {
  const clock = observations.reduce(
    (before, observation, index) => stepPtpClock(before, observation, clockLimits({}), at(index)).clock,
    initialPtpClock(at(0)),
  );
  return { profile: `cr_${configName}`, configName, interfaces: [iface], clock };
}

const following: readonly PtpClockObservation[] = [
  { kind: "process-up" },
  { kind: "port", number: 1, state: "TIME_RECEIVER" },
  { kind: "time-status", offsetNs: -7, ingressTimeNs: 1n },
  { kind: "servo", maxNs: 12, freqPpb: -3972 },
];

const process: ProcessReport = {
  key: "ptp4l.0",
  program: "ptp4l",
  profile: "cr_p",
  configName: "ptp4l.0.config",
  state: "running",
  pid: 7,
  starts: 2,
  sinceUnixMs: 0,
  lastExit: "",
};

function lines(node: Omit<NodeView, "nodeName" | "systemClocks">): string[] {
  return metricSamples({ nodeName: "w1", systemClocks: [], ...node }).map(({ family, labels, value }) => {
    const text = metricFamilies[family].labels.map(
      (label) => `${label}="${(labels as Record<string, string>)[label]}"`,
    );
    assert.equal(Object.keys(labels).length, text.length, "labels are those of the family");
    return `${metricFamilies[family].name}{${text.join(",")}} ${value}`;
  });
}

test("metricSamples: an ordinary clock in the existing stack's names and labels", () => {
  const text = lines({
    ptpClocks: [view("ptp4l.0.config", "ens1f0", following)],
    processes: [process],
    aliasByInterface: { ens1f0: "ens1fx" },
  });
  assert.deepEqual(text, [
    'openshift_ptp_clock_state{process="ptp4l",node="w1",iface="ens1fx"} 1',
    'ptp_clock_state_known{process="ptp4l",node="w1",iface="ens1fx"} 1',
    'ptp_clock_state_since_timestamp_seconds{process="ptp4l",node="w1",iface="ens1fx"} 1700000000.002',
    'ptp_clock_state_cause{process="ptp4l",node="w1",iface="ens1fx",cause="tracking"} 1',
    'openshift_ptp_offset_ns{from="master",process="ptp4l",node="w1",iface="ens1fx"} -7',
    'openshift_ptp_max_offset_ns{from="master",process="ptp4l",node="w1",iface="ens1fx"} 12',
    'openshift_ptp_frequency_adjustment_ns{from="master",process="ptp4l",node="w1",iface="ens1fx"} -3972',
    'openshift_ptp_interface_role{process="ptp4l",node="w1",iface="ens1f0"} 1',
    'openshift_ptp_process_status{process="ptp4l",node="w1",config="ptp4l.0.config"} 1',
    'openshift_ptp_process_restart_count{process="ptp4l",node="w1",config="ptp4l.0.config"} 2',
  ]);
});

test("metricSamples: a clock nothing is known of has a state and no offset", () => {
  assert.deepEqual(lines({ ptpClocks: [view("ptp4l.0.config", "ens1f0", [])], processes: [], aliasByInterface: {} }), [
    'openshift_ptp_clock_state{process="ptp4l",node="w1",iface="ens1f0"} 0',
    'ptp_clock_state_known{process="ptp4l",node="w1",iface="ens1f0"} 0',
    'ptp_clock_state_since_timestamp_seconds{process="ptp4l",node="w1",iface="ens1f0"} 1700000000',
    'ptp_clock_state_cause{process="ptp4l",node="w1",iface="ens1f0",cause="unobserved"} 1',
  ]);
});

test("metricSamples: clocks that would share an alias keep their own names", () => {
  const clocks = [view("ptp4l.0.config", "ens1f0", following), view("ptp4l.1.config", "ens1f1", following)];
  const aliasByInterface = { ens1f0: "ens1fx", ens1f1: "ens1fx" };
  const states = lines({ ptpClocks: clocks, processes: [], aliasByInterface }).filter((line) =>
    /_clock_state\{/.test(line),
  );
  assert.deepEqual(states, [
    'openshift_ptp_clock_state{process="ptp4l",node="w1",iface="ens1f0"} 1',
    'openshift_ptp_clock_state{process="ptp4l",node="w1",iface="ens1f1"} 1',
  ]);
});

test("metricSamples: of clocks that share a series the worst one is shown, whatever their order", () => {
  const good = view("ptp4l.0.config", "ens1f0", following);
  const bad = view("ptp4l.1.config", "ens1f0", [
    ...following,
    { kind: "time-status", offsetNs: 900, ingressTimeNs: 2n },
  ]);
  for (const ptpClocks of [
    [good, bad],
    [bad, good],
  ]) {
    const text = lines({ ptpClocks, processes: [], aliasByInterface: {} });
    assert.equal(new Set(text.map((line) => line.split(" ")[0])).size, text.length, "each series once");
    assert.ok(text.includes('openshift_ptp_clock_state{process="ptp4l",node="w1",iface="ens1f0"} 0'));
    assert.ok(text.includes('openshift_ptp_offset_ns{from="master",process="ptp4l",node="w1",iface="ens1f0"} 900'));
    const causes = text.filter((line) => line.startsWith("ptp_clock_state_cause"));
    assert.equal(causes.length, 1, "one cause, that of the worst");
    assert.match(causes[0] ?? "", /cause="out-of-range"/);
  }
});

test("metricSamples: the end of a holdover is told while it lasts", () => {
  const held = (observations: readonly PtpClockObservation[]) =>
    lines({ ptpClocks: [view("ptp4l.0.config", "x", observations)], processes: [], aliasByInterface: {} }).filter(
      (line) => /holdover|cause|since/.test(line),
    );
  const lost: PtpClockObservation = { kind: "port", number: 1, state: "FAULTY" };
  const labels = 'process="ptp4l",node="w1",iface="x"';
  assert.deepEqual(held([...following, lost]), [
    `ptp_clock_state_since_timestamp_seconds{${labels}} 1700000000.004`,
    `ptp_clock_state_cause{${labels},cause="lost"} 1`,
    `ptp_clock_holdover_ends_timestamp_seconds{${labels}} 1700000005.004`,
  ]);
  assert.ok(!held(following).some((line) => line.includes("holdover")));
});

test("metricSamples: the limits of profiles, defaults and zeros filled in", () => {
  const limits = [{ profile: "c_p", ...clockLimits({ ptpClockThreshold: { minOffsetThreshold: 0 } }) }];
  assert.deepEqual(lines({ ptpClocks: [], processes: [], aliasByInterface: {}, limits }), [
    'openshift_ptp_threshold{threshold="MinOffsetThreshold",node="w1",profile="c_p"} 0',
    'openshift_ptp_threshold{threshold="MaxOffsetThreshold",node="w1",profile="c_p"} 100',
    'openshift_ptp_threshold{threshold="HoldOverTimeout",node="w1",profile="c_p"} 5',
  ]);
});

test("metricSamples: an interface named as a member of every object is its own alias", () => {
  const [state] = lines({
    ptpClocks: [view("ptp4l.0.config", "constructor", [])],
    processes: [],
    aliasByInterface: {},
  });
  assert.match(state ?? "", /iface="constructor"/);
});

test("metricSamples: a restart does not rename the clock", () => {
  const interfaces = ["ens1f0", "ens2f0"];
  const clockOf = (observations: readonly PtpClockObservation[]) => ({
    ...view("ptp4l.0.config", "", observations),
    interfaces,
  });
  const second: readonly PtpClockObservation[] = [
    { kind: "process-up" },
    { kind: "port", number: 2, state: "TIME_RECEIVER", interfaceName: "ens2f0" },
  ];
  for (const observations of [second, [...second, { kind: "process-down", detail: "ended" } as const]]) {
    const [state] = lines({ ptpClocks: [clockOf(observations)], processes: [], aliasByInterface: {} });
    assert.match(state ?? "", /iface="ens2f0"/);
  }
});

test("clockReports: state, cause and ports of each clock", () => {
  const reports = clockReports({
    nodeName: "w1",
    ptpClocks: [view("ptp4l.0.config", "ens1f0", following)],
    systemClocks: [],
    processes: [],
    aliasByInterface: {},
  });
  assert.deepEqual(reports, [
    {
      profile: "cr_ptp4l.0.config",
      process: "ptp4l",
      configName: "ptp4l.0.config",
      state: "LOCKED",
      sinceUnixMs: 1_700_000_000_002,
      cause: ["port 1 is SLAVE, offset within thresholds"],
      offsetNs: -7,
      ports: [{ number: 1, name: "ens1f0", state: "SLAVE" }],
    },
  ]);
});
