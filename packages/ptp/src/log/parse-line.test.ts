import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { stripLinePrefix } from "./line-prefix.ts";
import { parseLogHeader } from "./log-header.ts";
import { parseMessageTag } from "./message-tag.ts";
import type { LogFact } from "./log-fact.ts";
import type { LogProgram } from "./log-observation.ts";
import { parseControlLine, parseLine, readFact } from "./parse-line.ts";

const programs = ["ptp4l", "phc2sys", "ts2phc", "synce4l", "chronyd"] as const;

/** What the line says, without where it was written. */
function factOf(program: LogProgram, text: string): LogFact | undefined {
  const observation = parseLine(program, `${program}[1.5]: [x.config:6] ${text}`);
  if (observation === undefined) return undefined;
  const { program: _program, uptimeS: _uptimeS, configName: _configName, severity: _severity, ...fact } = observation;
  return fact;
}

test("header and tag: every way linuxptp writes them", () => {
  const text = "selected best master clock 4628ea.fffe.02aa96";
  const origin = (line: string) => {
    const { program, uptimeS, configName, severity } = parseLine("ptp4l", line) ?? {};
    return { program, uptimeS, configName, severity };
  };
  const common = { program: "ptp4l", uptimeS: 1844.116, configName: "ptp4l.0.config", severity: undefined };
  assert.deepEqual(origin(`ptp4l[1844.116]: [ptp4l.0.config:5] ${text}`), { ...common, severity: 5 });
  assert.deepEqual(origin(`ptp4l[1844.116]: [ptp4l.0.config] ${text}`), common);
  assert.deepEqual(origin(`ptp4l[1844.116]: [ptp4l.0.config:{level}] ${text}`), common);
  assert.deepEqual(origin(`ptp4l[1844.116]: ptp4l.0.config ${text}`), common);
  assert.deepEqual(origin(`ptp4l[1844.116]: ptp4l.0.config:5 ${text}`), { ...common, severity: 5 });
  assert.deepEqual(origin(`ptp4l[1844]:[ptp4l.0.config]${text}  \r`), { ...common, uptimeS: 1844 });
  assert.deepEqual(origin(`ptp4l[1844.116]: ${text}`), { ...common, configName: undefined });
});

test("parseMessageTag: a colon that is no severity belongs to the name", () => {
  assert.deepEqual(parseMessageTag("a:b:3"), { configName: "a:b", severity: 3 });
  assert.deepEqual(parseMessageTag("a:b"), { configName: "a:b" });
});

test("parseLine: another program's line and lines without stamp say nothing", () => {
  const line = "ptp4l[1.0]: selected best master clock 4628ea.fffe.02aa96";
  assert.equal(parseLine("ptp4l", line)?.kind, "best-clock");
  assert.equal(parseLine("phc2sys", line), undefined);
  assert.equal(parseLine("ptp4l", "option slaveOnly is deprecated, please use clientOnly instead"), undefined);
  assert.equal(parseLine("ptp4l", line.padEnd(5000)), undefined);
});

test("ptp4l: port states carry both states, the event and the fault", () => {
  const port = { portNumber: 1, interfaceName: "ens1f0.100" };
  assert.deepEqual(factOf("ptp4l", "port 1 (ens1f0.100): UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED"), {
    kind: "port-state",
    ...port,
    from: "UNCALIBRATED",
    to: "TIME_RECEIVER",
    event: "MASTER_CLOCK_SELECTED",
  });
  assert.deepEqual(factOf("ptp4l", "port 12: SLAVE to FAULTY on FAULT_DETECTED (FT_UNSPECIFIED)"), {
    kind: "port-state",
    portNumber: 12,
    from: "TIME_RECEIVER",
    to: "FAULTY",
    event: "FAULT_DETECTED",
    fault: "FT_UNSPECIFIED",
  });
  assert.deepEqual(factOf("ptp4l", "port 0 (/var/run/ptp4l.0.socket): INITIALIZING to LISTENING on INIT_COMPLETE"), {
    kind: "port-state",
    portNumber: 0,
    from: "INITIALIZING",
    to: "LISTENING",
    event: "INIT_COMPLETE",
  });
});

test("ptp4l: other news of a port", () => {
  const port = { portNumber: 1, interfaceName: "eth-0.5" };
  const news = (text: string) => factOf("ptp4l", `port 1 (eth-0.5): ${text}`);
  assert.deepEqual(news("link down"), { kind: "port-link", ...port, up: false });
  assert.deepEqual(news("link up"), { kind: "port-link", ...port, up: true });
  const transmitter = { clockIdentity: "4628ea.fffe.02aa96", portNumber: 3 };
  assert.deepEqual(news("new foreign master 4628ea.fffe.02aa96-3"), {
    kind: "foreign-time-transmitter",
    ...port,
    transmitter,
  });
  for (const [text, fault] of [
    ["send delay request failed", "send-failed"],
    ["error on fda[0]: Network is down", "socket-error"],
    ["received SYNC without timestamp", "missing-timestamp"],
    ["Master clock quality received is greater than configured, ignoring master!", "quality-above-configured"],
    ["master state recommended in slave only mode", "role-conflict"],
    ["FAULT_DETECTED", "fault-detected"],
  ] as const) {
    assert.deepEqual(news(text), { kind: "port-fault", ...port, fault }, text);
  }
  const text = "assuming the grand master role";
  assert.deepEqual(news(text), { kind: "port-notice", ...port, text });
});

test("ptp4l: clock lines", () => {
  const clockIdentity = "ce2211.fffe.527b8f";
  assert.deepEqual(factOf("ptp4l", `selected local clock ${clockIdentity} as best master`), {
    kind: "best-clock",
    clockIdentity,
    local: true,
  });
  assert.deepEqual(factOf("ptp4l", `selected best master clock ${clockIdentity}`), {
    kind: "best-clock",
    clockIdentity,
    local: false,
  });
  for (const [text, fault] of [
    ["timed out while polling for tx timestamp", "tx-timestamp-timeout"],
    ["recvmsg tx timestamp failed: Resource temporarily unavailable", "tx-timestamp-failed"],
    ["failed to adjust the clock: Operation not permitted", "clock-adjustment-failed"],
    ["clockcheck: clock frequency changed unexpectedly!", "clockcheck"],
    ["foreign master not using PTP timescale", "arbitrary-timescale"],
  ] as const) {
    assert.deepEqual(factOf("ptp4l", text), { kind: "clock-fault", fault });
  }
});

test("offsets: summaries of all programs, with and without delay", () => {
  const numbers = { kind: "offset-summary", rmsNs: 12603, maxNs: 45998, freqPpb: -3, freqDeviationPpb: 9 };
  const summary = "rms 12603 max 45998 freq     -3 +/-   9";
  assert.deepEqual(factOf("ptp4l", summary), numbers);
  const delay = { delayNs: 12355, delayDeviationNs: 1381 };
  assert.deepEqual(factOf("ptp4l", `${summary} delay 12355 +/- 1381`), { ...numbers, ...delay });
  assert.deepEqual(factOf("phc2sys", `CLOCK_REALTIME ${summary} delay 12355 +/- 1381`), {
    clock: "CLOCK_REALTIME",
    ...numbers,
    ...delay,
  });
});

test("offsets: samples of all programs", () => {
  const sample = { kind: "offset", offsetNs: -662, servo: "s2", freqPpb: -10, holdover: false };
  assert.deepEqual(factOf("ptp4l", "master offset       -662 s2 freq     -10 path delay      1664"), {
    ...sample,
    reference: "time-transmitter",
    delayNs: 1664,
  });
  assert.deepEqual(factOf("phc2sys", "ens5f0 sys offset -662 s2 freq -10"), {
    ...sample,
    clock: "ens5f0",
    reference: "sys",
  });
  assert.deepEqual(factOf("ts2phc", "/dev/ptp6 offset -662 s2 freq -10 holdover"), {
    ...sample,
    clock: "/dev/ptp6",
    reference: "pps",
    holdover: true,
  });
  assert.deepEqual(factOf("ts2phc", "ens2f1.5 master offset -36999913837 freq -0"), {
    kind: "offset",
    clock: "ens2f1.5",
    reference: "pps",
    offsetNs: -36999913837,
    freqPpb: 0,
    holdover: false,
  });
  assert.equal(factOf("ptp4l", "master offset 1 s4 freq 1"), undefined);
});

test("phc2sys and ts2phc: sources and waits", () => {
  const clock = "ens2f0.7";
  const domain = { kind: "domain-source", clock };
  assert.deepEqual(factOf("phc2sys", "selecting ens2f0.7 as domain source clock"), { ...domain, inDomain: true });
  assert.deepEqual(factOf("phc2sys", "selecting ens2f0.7 as out-of-domain source clock"), {
    ...domain,
    inDomain: false,
  });
  const selection = { kind: "clock-selection", clock };
  assert.deepEqual(factOf("ts2phc", "unselecting ens2f0.7 for synchronization"), { ...selection, selected: false });
  assert.deepEqual(factOf("phc2sys", "selecting ens2f0.7 for synchronization"), { ...selection, selected: true });
  assert.deepEqual(factOf("phc2sys", "Waiting for ptp4l..."), { kind: "waiting", waitsFor: "ptp4l" });
  assert.deepEqual(factOf("phc2sys", "Lost connection to ptp4l #1"), { kind: "waiting", waitsFor: "ptp4l" });
  for (const text of [
    "source clock not ready, waiting...",
    "master clock not ready, waiting...",
    "reference clock not ready, waiting...",
    "no PHC ready, waiting...",
    "multiple source clocks available, postponing sync...",
    "multiple master clocks available, postponing sync...",
  ]) {
    assert.deepEqual(factOf("phc2sys", text), { kind: "waiting", waitsFor: "source-clock" }, text);
    assert.deepEqual(factOf("ts2phc", text), { kind: "waiting", waitsFor: "source-clock" }, text);
  }
  const fault = { kind: "clock-fault", fault: "clock-adjustment-failed" };
  for (const text of ["failed to step clock: Invalid argument", "failed to set clock status and maximum error: No"]) {
    assert.deepEqual(factOf("ts2phc", text), fault, text);
  }
  for (const [text, fault] of [
    ["source ts not valid", "timestamp-invalid"],
    ["sim0 ignoring invalid master time stamp", "timestamp-invalid"],
    ["reference clock (ens1f0.7) timestamp not valid, skipping", "timestamp-invalid"],
    ["no reference clock, skipping", "no-reference"],
    ["nmea: no valid rmc fix", "no-fix"],
    ["nmea: utc time is past leap second table expiry date", "leap-table-expired"],
    ["UTC time is past leap second table expiry date", "leap-table-expired"],
    ["nmea: unable to find utc time in leap second table", "leap-table-unusable"],
    ["Unable to find utc time in leap second table", "leap-table-unusable"],
    ["nmea: failed to update leap seconds table", "leap-table-unusable"],
    ["Failed to update leap seconds table", "leap-table-unusable"],
    ["nmea: utc time stamp is ambiguous", "leap-second"],
    ["UTC time stamp is ambiguous", "leap-second"],
    ["nmea source timed out", "source-silent"],
    ["failed to open nmea source 127.0.0.1:10110", "source-unreachable"],
  ] as const) {
    assert.deepEqual(factOf("ts2phc", text), { kind: "source-fault", fault }, text);
  }
});

test("synce4l: devices and quality levels", () => {
  assert.deepEqual(factOf("synce4l", "EEC_LOCKED/EEC_LOCKED_HO_ACQ on GNSS of synce1"), {
    kind: "eec-state",
    state: "LOCKED_HO_ACQ",
    device: "synce1",
    externalSource: "GNSS",
  });
  assert.equal(factOf("synce4l", "EEC_NONSENSE on synce1"), undefined);
  assert.deepEqual(factOf("synce4l", "tx_rebuild_tlv: attached new extended TLV, EXT_QL=0xff on ens7f0.2"), {
    kind: "quality-level",
    interfaceName: "ens7f0.2",
    extended: true,
    qualityLevel: 0xff,
  });
});

test("parseLine: any text, never a throw, linear time", () => {
  const words = [
    "port",
    " 1",
    " (",
    "):",
    "EEC_",
    " to ",
    " on ",
    "offset",
    " rms ",
    "s2",
    "freq",
    "-1",
    "master",
    "\0",
  ];
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((w) => w.join("")),
  );
  fc.assert(
    fc.property(fc.constantFrom(...programs), text, (program, text) => {
      const observation = parseLine(program, `${program}[1.0]: ${text}`);
      if (observation !== undefined) assert.equal(observation.program, program);
    }),
    { numRuns: 2000 },
  );
  for (const word of [...words, "EEC_EEC_", "A_", "A to ", " ", "a ", "1", "(", ".config"]) {
    for (const program of programs) {
      const line = `${program}[1.0]: ${word.repeat(4000 / word.length)}`;
      const start = performance.now();
      for (let i = 0; i < 20; i++) parseLine(program, line);
      assert.ok(performance.now() - start < 500, `${program}: 20 lines of ${JSON.stringify(word)} take too long`);
    }
  }
});

test("event lines of the existing daemon, every kind", () => {
  const said = (line: string) => {
    const header = parseLogHeader(line);
    return header === undefined ? undefined : readFact(header.program, header.text);
  };
  const interfaceName = "ens7f0.100";
  const at = (program: string, rest: string) => said(`${program}[1757326334]:[ts2phc.0.config] ${rest}`);
  const locked = { interfaceName, state: "LOCKED" };
  assert.deepEqual(at("GM", "ens7f0.100 T-GM-STATUS s2"), { kind: "clock-status", ...locked });
  assert.deepEqual(at("T-BC", "ens7f0.100 offset 99999999999 T-BC-STATUS s1"), {
    kind: "clock-status",
    interfaceName,
    state: "HOLDOVER",
    offsetNs: 99_999_999_999,
  });
  assert.deepEqual(at("gnss", "ens7f0.100 gnss_status 3 offset 5.000000 s2"), {
    kind: "gnss-status",
    ...locked,
    fix: 3,
    offsetNs: 5,
  });
  assert.deepEqual(at("dpll", "ens7f0.100 pps_status 0 offset -7 phase_status 4 frequency_status -1 s-1"), {
    kind: "dpll-status",
    interfaceName,
    frequencyStatus: -1,
    phaseStatus: 4,
    ppsAvailable: false,
    offsetNs: -7,
    state: "UNKNOWN",
  });
  assert.deepEqual(at("synce4l", "ens7f0.100 device synce1 eec_state EEC_LOCKED network_option 2 s2"), {
    kind: "eec-status",
    ...locked,
    device: "synce1",
    eecState: "EEC_LOCKED",
    networkOption: 2,
  });
  const quality = { kind: "clock-quality", ...locked, quality: "PRTC", device: "synce1", networkOption: 2 };
  assert.deepEqual(
    at("synce4l", "ens7f0.100 clock_quality PRTC device synce1 ext_ql 0x20 network_option 2 ql 0x1 s2"),
    {
      ...quality,
      qualityLevel: 1,
      extendedQualityLevel: 0x20,
    },
  );
  assert.deepEqual(at("synce4l", "ens7f0.100 clock_quality PRTC device synce1 network_option 2 ql 0x1 s2"), {
    ...quality,
    qualityLevel: 1,
  });
  assert.deepEqual(at("ptp4l", "CLOCK_CLASS_CHANGE 135.0"), { kind: "clock-class", clockClass: 135 });
  assert.equal(at("ptp4l", "CLOCK_CLASS_CHANGE 256"), undefined);
  assert.deepEqual(at("gpsd", "PTP_PROCESS_STATUS:0"), { kind: "process-status", up: false });
  assert.deepEqual(at("phc2sys", "ptp_ha_profile bc1 state 1"), { kind: "ha-profile", profile: "bc1", active: true });
  assert.equal(at("dpll", "ens7f0 frequency_status 3 s2"), undefined);
  assert.deepEqual(parseControlLine("CMD RESTART"), { kind: "control", command: "restart" });
  assert.deepEqual(parseControlLine("CMD LIVE_START"), { kind: "control", command: "live-start" });
  assert.equal(parseControlLine("CMD restart"), undefined);
});

test("chronyd: as it writes itself, and as the existing daemon hands it on", () => {
  const selected = { program: "chronyd", kind: "source-selection", source: "192.0.2.1" };
  assert.deepEqual(parseLine("chronyd", "2026-11-21T16:00:00Z Selected source 192.0.2.1"), selected);
  assert.deepEqual(parseLine("chronyd", "chronyd[77][chronyd.0.config]: Selected source 192.0.2.1 (ntp.example)"), {
    ...selected,
    configName: "chronyd.0.config",
  });
  assert.deepEqual(parseLine("chronyd", "chronyd[12]: [chronyd.0.config] Can't synchronise: no selectable sources"), {
    program: "chronyd",
    kind: "source-selection",
    configName: "chronyd.0.config",
    uptimeS: 12,
  });
  assert.deepEqual(parseLine("chronyd", "chronyd version 4.6 starting (+CMDMON)"), {
    program: "chronyd",
    kind: "lifecycle",
    phase: "starting",
  });
});

test("line prefix: RFC 3339, container runtimes, klog", () => {
  const text = "ptp4l[1.0]: x";
  const unixMs = Date.UTC(2026, 1, 28, 23, 59, 59, 123);
  for (const prefix of [
    "2026-02-28T23:59:59.123456789Z ",
    "2026-03-01T01:59:59.123+02:00 stdout F ",
    "2026-02-28T23:59:59.123Z I0228 10:00:00.000001    7 daemon.go:12] ",
  ]) {
    assert.deepEqual(stripLinePrefix(prefix + text), { text, unixMs }, prefix);
  }
  assert.deepEqual(stripLinePrefix(`E0229 10:00:00.250001  871479 log_parsing.go:65] ${text}`), {
    text,
    unixMs: Date.UTC(1972, 1, 29, 10, 0, 0, 250),
    yearless: true,
  });
  for (const line of [text, "", "2026-13-01T00:00:00 x", "Infinity", "2026-99-99T99:99:99Z"]) {
    assert.deepEqual(stripLinePrefix(line), { text: line });
  }
  assert.equal(stripLinePrefix("2026-99-01T00:00:00Z x").unixMs, undefined);
  const instant = fc.date({ min: new Date(0), max: new Date("2199-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(instant, (date) => assert.equal(stripLinePrefix(`${date.toISOString()} x`).unixMs, date.getTime())),
  );
});

test("remarks: known lines that say nothing are no parse misses", () => {
  for (const [program, text] of [
    ["ts2phc", "config item (null).sa_file is '(null)'"],
    ["ts2phc", "adding tstamp 1757326376.999999999 to clock /dev/ptp10"],
    ["ts2phc", "nmea delay: 88403525 ns"],
    ["ts2phc", "ens4f0 SKIP extts index 0 at 1757326362.999999992"],
    ["ptp4l", "Switched to /dev/ptp9 as PTP clock"],
    ["ts2phc", "selecting ens1f0.7 as the reference clock"],
    ["ts2phc", "no reference clock, selecting ens1f0 by default"],
    ["ts2phc", "ens1f0 timestamp not valid, skipping"],
    ["ts2phc", "/dev/ptp0 lost holdover lock (offset -1501)"],
    ["phc2sys", "selecting CLOCK_REALTIME as source clock"],
    ["phc2sys", "selecting ens1f0 as the master clock"],
    ["phc2sys", "no source, selecting ens1f0 as the default clock"],
    ["ptp4l", "waiting 2^{4} seconds to clear fault on port 1"],
    ["ptp4l", "clearing fault on port 1"],
    ["ptp4l", "clock set to insert leap second at midnight (UTC)"],
    ["phc2sys", "clock update suspended due to leap second"],
    ["ts2phc", "updating leap seconds file"],
    ["ts2phc", "nmea: updating leap seconds file"],
    ["ts2phc", "missing expiration date in '/etc/leap/n1'"],
    ["phc2sys", "port 507c6f.fffe.1fb1b9-1 changed state"],
  ] as const) {
    assert.deepEqual(factOf(program, text), { kind: "remark" }, text);
  }
  assert.equal(factOf("ts2phc", "a line nobody knows"), undefined);
});
