import assert from "node:assert/strict";
import { test } from "node:test";
import { clockSeries, pageOf } from "../testing/clock-series.ts";
import { readDaemonConfigs } from "./daemon-config.ts";
import { createLineHearer, type LineHearer } from "./hear-lines.ts";

const profiles = [
  { name: "oc1", phc2sysOpts: "-a -r" },
  { name: "tbc", ts2PhcOpts: "--ts2phc.external_pps 1" },
];
const files = new Map([
  ["ptp4l.0.config", "# profile: oc1\n[global]\n[ens1f0]\nmasterOnly 0\n"],
  ["ptp4l.1.config", "# profile: tbc\n[global]\n[ens7f0]\nmasterOnly 0\n"],
  ["chronyd.0.config", "# profile: oc1\n"],
]);
const configs = readDaemonConfigs({ profilesJson: JSON.stringify(profiles), configs: files });

/** Without those of thresholds. */
async function shown(hearer: LineHearer, nowMs = 0): Promise<Readonly<Record<string, number>>> {
  const page = await pageOf(hearer, { nodeName: "w1", aliasOf: (name) => name, nowMs });
  return Object.fromEntries(Object.entries(clockSeries(page)).filter(([name]) => !name.startsWith("threshold")));
}

function heard(...lines: readonly string[]): LineHearer {
  const hearer = createLineHearer(configs);
  for (const line of lines) hearer.hear(line, 0);
  return hearer;
}

const up = "ptp4l[1]:[ptp4l.0.config] PTP_PROCESS_STATUS:1";
const down = "ptp4l[1]:[ptp4l.0.config] PTP_PROCESS_STATUS:0";
const offset = "ptp4l[1.1]: [ptp4l.0.config] master offset 5 s2 freq -3972 path delay 89";
const system = "phc2sys[1.2]: [ptp4l.0.config] CLOCK_REALTIME sys offset -6 s2 freq -0 delay 1100";
const clockClass = "ptp4l[1]:[ptp4l.0.config] CLOCK_CLASS_CHANGE 6";
const roles = {
  'interface_role{iface="ens1f0",process="ptp4l"}': 1,
  'interface_role{iface="ens7f0",process="ptp4l"}': 1,
};
const ptp4l = 'process="ptp4l"}';

test("before any line there is what is configured", async () => {
  assert.deepEqual(await shown(heard()), roles);
});

test("a ptp4l that is down has a state that is no good one, and nothing measured", async () => {
  const series = await shown(heard(up, offset, system, clockClass, down));
  assert.deepEqual(series, {
    [`clock_state{iface="ens1f0",${ptp4l}`]: 0,
    'clock_state{iface="CLOCK_REALTIME",process="phc2sys"}': 0,
    'offset_ns{from="sys",iface="CLOCK_REALTIME",process="phc2sys"}': -6,
    'max_offset_ns{from="sys",iface="CLOCK_REALTIME",process="phc2sys"}': 6,
    'frequency_adjustment_ns{from="sys",iface="CLOCK_REALTIME",process="phc2sys"}': 0,
    'delay_ns{from="sys",iface="CLOCK_REALTIME",process="phc2sys"}': 1100,
    'interface_role{iface="ens7f0",process="ptp4l"}': 1,
    [`process_status{config="ptp4l.0.config",${ptp4l}`]: 0,
    [`process_restart_count{config="ptp4l.0.config",${ptp4l}`]: 1,
  });
});

test("a program that is told to be up again has not started again", async () => {
  const count = `process_restart_count{config="ptp4l.0.config",${ptp4l}`;
  assert.equal((await shown(heard(up, up, up)))[count], 1);
  assert.equal((await shown(heard(up, down, up)))[count], 2);
});

test("a measurement that is not renewed is not shown for ever, its clock's state is", async () => {
  const hearer = heard(offset);
  const from = `from="master",iface="ens1f0",${ptp4l}`;
  assert.equal((await shown(hearer, 299_999))[`offset_ns{${from}`], 5);
  assert.deepEqual(await shown(hearer, 300_000), { ...roles, [`clock_state{iface="ens1f0",${ptp4l}`]: 1 });
});

test("after the daemon counters alone are left, and what it tells anew", async () => {
  const hearer = heard(up, offset, system, clockClass);
  hearer.abandon();
  const count = `process_restart_count{config="ptp4l.0.config",${ptp4l}`;
  assert.deepEqual(await shown(hearer), { [count]: 1 });
  hearer.hear(up, 1);
  hearer.hear("ptp4l[9.9]: [ptp4l.0.config] port 1 (ens1f0): INITIALIZING to LISTENING on INIT_COMPLETE", 1);
  assert.deepEqual(await shown(hearer), {
    [count]: 2,
    [`process_status{config="ptp4l.0.config",${ptp4l}`]: 1,
    'interface_role{iface="ens1f0",process="ptp4l"}': 5,
  });
});

test("with other configs the series of the same ones stay, those of the others go", async () => {
  const hearer = heard(
    offset,
    "dpll[1]:[ts2phc.1.config] ens7f0 frequency_status 3 offset 7 phase_status 3 pps_status 1 s2",
  );
  assert.equal(Object.keys(await shown(hearer)).filter((name) => name.includes('process="dpll"')).length, 5);
  const left = await shown(hearer.with(new Map([...configs].slice(0, 1))));
  assert.equal(left[`clock_state{iface="ens1f0",${ptp4l}`], 1);
  assert.ok(!Object.keys(left).some((name) => name.includes("ens7f0")));
});

test("no number stands for an offset that nobody measured, in metrics and in events", async () => {
  const hearer = heard(
    "T-BC[1]:[ts2phc.1.config] ens7f0 offset 99999999999 T-BC-STATUS s0",
    "dpll[1]:[ts2phc.1.config] ens7f0 frequency_status 1 offset 99999999999 phase_status 1 pps_status 0 s0",
    "gnss[1]:[ts2phc.1.config] ens7f0 gnss_status 0 offset 99999999 s0",
  );
  const series = await shown(hearer);
  assert.ok(!Object.keys(series).some((name) => name.startsWith("offset_ns")));
  assert.equal(series['gnss_status{from="gnss",iface="ens7f0",process="gnss"}'], 0);
  for (const process of ["T-BC", "dpll", "gnss", "ts2phc"])
    assert.equal(series[`clock_state{iface="ens7f0",process="${process}"}`], 0, process);
  const values = hearer.values((name) => name).filter(({ resource }) => /lock-state|gnss/.test(resource));
  assert.equal(values.length, 2);
  assert.ok(values.every((value) => !("offsetNs" in value)));
});

test("a chronyd or synce4l that is down gives no good state", async () => {
  const chronyd = heard("chronyd[1]: [chronyd.0.config] Selected source 192.0.2.1");
  const state = 'clock_state{iface="CLOCK_REALTIME",process="chronyd"}';
  assert.equal((await shown(chronyd))[state], 1);
  chronyd.hear("chronyd[1]:[chronyd.0.config] PTP_PROCESS_STATUS:0", 1);
  assert.equal((await shown(chronyd))[state], 0);
  assert.deepEqual(
    chronyd.values((name) => name).map((value) => ("state" in value ? value.state : "")),
    ["FREERUN", "FREERUN"],
  );
  const synce = heard(
    "synce4l[1]:[synce4l.0.config] ens7f0 device synce1 eec_state EEC_LOCKED network_option 2 s2",
    "synce4l[1]:[synce4l.0.config] ens7f0 clock_quality PRTC device synce1 ext_ql 0x20 network_option 2 ql 0x1 s2",
  );
  const quality = (series: object): number => Object.keys(series).filter((name) => name.startsWith("synce_")).length;
  assert.equal(quality(await shown(synce)), 3);
  synce.hear("synce4l[1]:[synce4l.0.config] PTP_PROCESS_STATUS:0", 1);
  const after = await shown(synce);
  assert.equal(quality(after), 0);
  assert.equal(after['clock_state{iface="ens7f0",process="synce4l"}'], 0);
});

test("of two clocks in one series the worse one is shown, whichever is told last", async () => {
  const state = 'clock_state{iface="CLOCK_REALTIME",process="phc2sys"}';
  const other = "phc2sys[1.3]: [ptp4l.1.config] CLOCK_REALTIME phc offset 999 s2 freq 1 delay 1";
  for (const lines of [
    [system, other],
    [other, system],
  ]) {
    const series = await shown(heard(...lines));
    assert.equal(series[state], 0);
    assert.ok(!Object.keys(series).some((name) => name.includes('from="sys"')));
  }
});

test("lines cannot make series without end", async () => {
  const names = Array.from({ length: 500 }, (_, at) => `e${at}`);
  const hearer = heard(
    ...names.map((name) => `gnss[1]:[ts2phc.0.config] ${name} gnss_status 3 offset 5 s2`),
    ...names.map((name) => `phc2sys[1]:[ptp4l.0.config] ptp_ha_profile ${name} state 1`),
    ...names.map((name) => `${name}[1]:[ptp4l.0.config] PTP_PROCESS_STATUS:1`),
    ...names.map((_, at) => `ptp4l[1]:[ptp4l.0.config] port ${at + 1}: INITIALIZING to LISTENING on INIT_COMPLETE`),
  );
  assert.equal(Object.keys(await shown(hearer)).length, 3 * 64 + 64 + 2);
  assert.equal(hearer.values((name) => name).length, 64);
});
