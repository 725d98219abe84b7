import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkConf, lintConf } from "./check-conf.ts";
import type { ConfTarget } from "./check-option.ts";
import { anyDocument } from "./testing/conf-arbitrary.ts";
import type { ConfProgram } from "./option-spec.ts";

const programs: readonly ConfProgram[] = ["ptp4l", "phc2sys", "ts2phc", "synce4l", "timemaster", "chronyd"];
const ptp4l = { program: "ptp4l", release: "4.4" } as const;

/** `line severity code message` of each finding. */
function lint(text: string, target: ConfTarget = ptp4l): readonly string[] {
  return lintConf(text, target).map((each) => `${each.line} ${each.severity} ${each.code}: ${each.message}`);
}

test("checkConf says nothing about a good configuration", () => {
  const text = `# boundary clock
[global]
domainNumber\t24
step_threshold 2.0
network_transport l2
fault_reset_interval ASAP
message_tag [x]
uds_address /x
unicast_master_table 0
[ens1f0]
serverOnly 0
unicast_master_table 1

[ens1f1]
serverOnly 1
[unicast_master_table]
table_id 1
logQueryInterval 2
peer_address 10.0.0.9
UDPv4 10.0.0.1
UDPv6 fe80::1
L2 00:11:22:33:44:55
`;
  assert.deepEqual(lint(text), []);
});

test("checkConf names option, value, bounds and remedy", () => {
  assert.deepEqual(
    lint("[global]\ndomainNumber 200\nnetwork_transport UDP\npriority1 ten\n", { ...ptp4l, release: "3.1.1" }),
    [
      '2 error out-of-range: domainNumber "200" is out of range in linuxptp 3.1.1; write an integer from 0 to 127 (linuxptp 4.2 takes it)',
      '3 error bad-value: network_transport "UDP" is not a value of this option in linuxptp 3.1.1; write one of L2, UDPv4, UDPv6',
      '4 error bad-value: priority1 "ten" is not a value of this option in linuxptp 3.1.1; write an integer from 0 to 255',
    ],
  );
});

test("checkConf gives place, section, option and suggestion", () => {
  assert.deepEqual(lintConf("[global]\n  domianNumber 24\n", ptp4l), [
    {
      line: 2,
      column: 3,
      section: "global",
      option: "domianNumber",
      severity: "error",
      code: "unknown-option",
      message: 'linuxptp 4.4 has no option "domianNumber"; did you mean domainNumber?',
      suggestion: "domainNumber",
    },
  ]);
});

test("checkConf knows which release has an option", () => {
  const old = { program: "ptp4l", release: "3.1.1" } as const;
  assert.deepEqual(lint("[global]\nclientOnly 1\nsa_file /x\n", old), [
    "2 error unknown-option: clientOnly exists since linuxptp 4.2 and this is 3.1.1; write slaveOnly",
    "3 error unknown-option: sa_file exists since linuxptp 4.4 and this is 3.1.1; remove it or update linuxptp",
  ]);
  assert.deepEqual(lint("[global]\nslaveOnly 1\n", old), []);
  assert.deepEqual(lint("[global]\nslaveOnly 1\npi_max_frequency 10\n"), [
    "2 info deprecated: slaveOnly is an old name in linuxptp 4.4; clientOnly means the same",
    "3 info deprecated: pi_max_frequency is an old name in linuxptp 4.4; max_frequency means the same",
  ]);
});

test("checkConf refuses global options in a port section", () => {
  assert.deepEqual(lint("[ens1f0]\nclockClass 6\nlogSyncInterval -4\n"), [
    "2 error wrong-scope: clockClass holds for the whole program and cannot stand in [ens1f0]; move it to [global]",
  ]);
});

test("checkConf reports repeated options over all sections of a name, old names included", () => {
  assert.deepEqual(lint("[global]\npriority1 1\n[a]\npriority2 1\n[GLOBAL]\npriority1 2\n").slice(1), [
    "6 warning duplicate: priority1 is set again: this line replaces line 2; keep one of them",
  ]);
  assert.deepEqual(lint("[a]\nmasterOnly 1\nserverOnly 0\n").slice(1), [
    "3 warning duplicate: serverOnly is set again: this line replaces line 2; keep one of them",
  ]);
});

test("checkConf reports options without value and before the first section", () => {
  assert.deepEqual(lint("priority1 1\n[global]\npriority2\n"), [
    '1 error before-section: "priority1" stands before the first section, where ptp4l refuses it; put [global] above',
    "3 warning missing-value: priority2 has no value and is left out; linuxptp 4.4 needs one",
  ]);
});

test("checkConf takes only interfaces for interfaces", () => {
  assert.deepEqual(
    lintConf("[globl]\n[ens/1]\n[averylonginterface0]\n[/dev/ptp0]\n[<synce1>]\n[nmea]\n", ptp4l).map((each) => [
      each.line,
      each.severity,
      each.code,
      each.suggestion,
    ]),
    [
      [1, "warning", "unknown-section", "global"],
      [2, "error", "bad-section", undefined],
      [3, "error", "bad-section", undefined],
      [4, "error", "bad-section", undefined],
      [5, "error", "unknown-section", undefined],
      [6, "warning", "unknown-section", undefined],
    ],
  );
  assert.deepEqual(lint("[nmea]\nts2phc.master 1\n[/dev/ptp0]\n", { program: "ts2phc", release: "4.2" }), []);
});

test("checkConf checks unicast tables", () => {
  const table =
    "[unicast_master_table]\nUDPv4 10.0.0.1\ntable_id 1\ntable_id 1\nUDPv4 time.example.org\nUDPv5 x\ntable_id 0\n";
  assert.deepEqual(lint(`${table}UDPv6 fe80::1::2\nlogQueryInterval 200\nL2\n`), [
    '2 error missing-value: "UDPv4" stands before the first table_id; start the table with one',
    "4 error duplicate: table_id 1 is taken by an earlier table; write another number",
    '5 error bad-value: "time.example.org" is not an address for UDPv4; write the number, not a name',
    '6 error unknown-option: "UDPv5" is no transport; write L2, UDPv4 or UDPv6 before the address',
    '7 error bad-value: table_id "0" is not a table number; write an integer from 1 to 2147483647',
    '8 error bad-value: "fe80::1::2" is not an address for UDPv6; write the number, not a name',
    '9 error out-of-range: logQueryInterval "200" is out of range; write an integer from -128 to 127',
    '10 error missing-value: "L2" needs an address after it',
  ]);
  assert.deepEqual(lint("[ens1f0]\nunicast_master_table 3\n"), [
    "2 error dangling-reference: unicast_master_table 3 names no table; add [unicast_master_table] with table_id 3",
  ]);
});

test("checkConf checks spp against sa_file and what it holds", () => {
  const text = "[global]\nsa_file /etc/ptp-secret-mount/s/k\nspp -1\n[ens1f0]\nspp 1\n";
  assert.deepEqual(lint(text), []);
  assert.deepEqual(lint(text, { ...ptp4l, knownSpp: new Set([1]) }), []);
  assert.deepEqual(lint(text, { ...ptp4l, knownSpp: new Set([10, 2]) }), [
    "5 error dangling-reference: spp 1 is not in the file that sa_file names (it has 2, 10); use one of its numbers",
  ]);
  assert.deepEqual(lint("[ens1f0]\nspp 1\n"), [
    "2 error dangling-reference: spp 1 needs the keys of a file; set sa_file in [global]",
  ]);
});

test("checkConf knows options of patched builds", () => {
  const text = "[global]\nts2phc.rh_external_pps 1\nmy_option 1\n";
  const target = { program: "ts2phc", release: "4.2" } as const;
  assert.deepEqual(
    lintConf(text, target).map((each) => each.severity),
    ["warning", "error"],
  );
  assert.deepEqual(lint(text, { ...target, extraOptions: new Set(["my_option", "ts2phc.rh_external_pps"]) }), []);
});

test("checkConf checks synce4l by its own table", () => {
  const synce4l = { program: "synce4l", release: "4.2" } as const;
  assert.deepEqual(
    lint(
      "[global]\nlogging_level 7\n[<synce1>]\nclock_id 0xffffffffffffffff\ndnu_prio 0XFF\n[ens1f0]\ntx_heartbeat_msec 1000\n[{SMA1}]\nboard_label SMA1\ninput_QL 0x1\n",
      synce4l,
    ),
    [],
  );
  assert.deepEqual(
    lint(
      "[ens1f0]\n[<synce1>]\nuse_syslog 0\nexternal_input_QL 1\nclock_id 18446744073709551616\n[{SMA1}]\ndnu_prio 15\n",
      synce4l,
    ),
    [
      "1 error orphan-section: [ens1f0] stands above any [<device>] section, where synce4l refuses it; put the device first",
      "3 error wrong-scope: use_syslog holds for the whole program and cannot stand in [<synce1>]; move it to [global]",
      "4 error unknown-option: synce4l has no option external_input_QL any more; use input_QL in a [{label}] section",
      '5 error out-of-range: clock_id "18446744073709551616" is out of range in synce4l; write an integer from 0 to 18446744073709551615',
      "7 warning wrong-scope: dnu_prio has no effect in [{SMA1}]; move it to a [<device>] section",
    ],
  );
});

test("checkConf checks timemaster's sections and leaves texts for others alone", () => {
  const target = { program: "timemaster", release: "4.2" } as const;
  const text = "[ntp_server 10.0.0.1]\nminpol 4\n[ptp_domian 0]\n[chrony.conf]\nrtcsync\n[timemaster]\nrundir\n";
  assert.deepEqual(lint(text, target), [
    '2 error unknown-option: [ntp_server 10.0.0.1] of timemaster has no option "minpol"; did you mean minpoll?',
    "3 error unknown-section: [ptp_domian 0] is not a section of timemaster; did you mean ptp_domain?",
    "7 error missing-value: rundir needs a value; write one after the name",
  ]);
});

test("checkConf leaves chronyd.conf alone", () => {
  assert.deepEqual(lint("server 10.0.0.1 iburst\nrtcsync\n", { program: "chronyd", release: "4.2" }), []);
});

test("checkConf never throws, orders its findings and bounds them", () => {
  fc.assert(
    fc.property(anyDocument, fc.constantFrom(...programs), (document, program) => {
      for (const finding of checkConf(document, { program, release: "4.2" })) assert.ok(finding.message.length < 400);
    }),
  );
  const findings = lintConf("[global]\nabc 1\nclocc_servo 2\n".repeat(4000), ptp4l);
  assert.equal(findings.length, 201);
  assert.deepEqual(
    findings.map((each) => each.line),
    findings.map((each) => each.line).toSorted((left, right) => left - right),
  );
});
