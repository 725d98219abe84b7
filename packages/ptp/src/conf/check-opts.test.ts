import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkOpts, readOpts } from "./check-opts.ts";
import type { ConfProgram, LinuxptpRelease } from "./option-spec.ts";
import { parseOpts, splitOpts } from "./parse-opts.ts";

function check(opts: string, program: ConfProgram, release: LinuxptpRelease = "4.2"): readonly string[] {
  return checkOpts(opts, { program, release }).map(
    (each) => `${each.index} ${each.option} ${each.severity} ${each.code}: ${each.message}`,
  );
}

test("splitOpts splits at white space and gives no empty words", () => {
  assert.deepEqual(splitOpts("  -2  -s\t--summary_interval\n-4 "), ["-2", "-s", "--summary_interval", "-4"]);
  assert.deepEqual(splitOpts(" "), []);
});

test("parseOpts reads words as getopt_long does", () => {
  assert.deepEqual(parseOpts(splitOpts("-2sl7 -f x --a=b --c -1 d -- -m"), "ptp4l"), [
    { kind: "short", name: "2", index: 0 },
    { kind: "short", name: "s", index: 0 },
    { kind: "short", name: "l", value: "7", index: 0 },
    { kind: "short", name: "f", value: "x", index: 1 },
    { kind: "long", name: "a", value: "b", index: 3 },
    { kind: "long", name: "c", value: "-1", index: 4 },
    { kind: "stray", name: "d", index: 6 },
    { kind: "stray", name: "-m", index: 8 },
  ]);
});

test("readOpts writes long names out where only one begins so", () => {
  const namesOf = (opts: string) => readOpts(opts, { program: "ptp4l", release: "4.2" }).map(({ name }) => name);
  assert.deepEqual(namesOf("--uds_add x --priority1=1 --prior 2 --nothing 3 -m"), [
    "uds_address",
    "priority1",
    "prior",
    "nothing",
    "m",
  ]);
});

test("parseOpts takes a word of any length", () => {
  assert.equal(parseOpts([`-${"m".repeat(300_000)}`], "ptp4l").length, 300_000);
});

test("checkOpts takes what profiles in the field use", () => {
  assert.deepEqual(check("-2 -s --summary_interval -4", "ptp4l"), []);
  assert.deepEqual(check("-r -u 0 -m -w -N 8 -R 16 -s ens7f0 -n 24", "phc2sys"), []);
  assert.deepEqual(check("-a -r -r -n 24 -z /var/run/ptp4l.0.socket", "phc2sys", "3.1.1"), []);
  assert.deepEqual(check("-s generic -a --ts2phc.holdover 10", "ts2phc", "4.4"), []);
  assert.deepEqual(check(" -m", "synce4l"), []);
  assert.deepEqual(check("-l 6 -m", "timemaster"), []);
  assert.deepEqual(check("-n -u root -y", "chronyd"), []);
});

test("checkOpts checks long options by the option table", () => {
  assert.deepEqual(check("--domainNumber 200 --sumary_interval 1 --clientOnly=1 --step_thr 2", "ptp4l", "3.1.1"), [
    '0 --domainNumber error out-of-range: domainNumber "200" is out of range in linuxptp 3.1.1; write an integer from 0 to 127 (linuxptp 4.2 takes it)',
    '2 --sumary_interval error unknown-option: linuxptp 3.1.1 has no option "sumary_interval"; did you mean summary_interval?',
    "4 --clientOnly error unknown-option: clientOnly exists since linuxptp 4.2 and this is 3.1.1; write slaveOnly",
  ]);
  assert.deepEqual(check("--slaveOnly 1 --priority1", "ptp4l"), [
    "0 --slaveOnly info deprecated: slaveOnly is an old name in linuxptp 4.2; clientOnly means the same",
    "2 --priority1 error missing-value: --priority1 needs a value in linuxptp 4.2; write an integer from 0 to 255 after it",
  ]);
  assert.deepEqual(check("--rundir /x", "timemaster"), [
    '0 --rundir error unknown-option: timemaster has no long options; move --"rundir" to its configuration',
  ]);
});

test("checkOpts checks short options by the manual", () => {
  assert.deepEqual(check("-y -l 8 -l high x -f /etc/ptp4l.conf -v -i", "ptp4l"), [
    "0 -y error unknown-option: ptp4l has no option -y; remove it",
    '1 -l error out-of-range: -l "8" is not taken by ptp4l; write an integer from 0 to 7',
    '3 -l error bad-value: -l "high" is not taken by ptp4l; write an integer from 0 to 7',
    '5 x warning stray-argument: "x" belongs to no option and is ignored; remove it',
    "6 -f warning reserved-option: -f takes the place of the configuration file written for this profile; remove it",
    "8 -v error reserved-option: -v makes ptp4l exit at once; remove it",
    "9 -i error missing-value: -i needs a value; write text after it",
  ]);
  assert.deepEqual(check("-a", "ts2phc", "3.1.1"), [
    "0 -a error unknown-option: ts2phc has no option -a before linuxptp 4.2; remove it",
  ]);
  assert.deepEqual(check("-E refclock_sock", "phc2sys", "3.1.1"), [
    '0 -E error bad-value: -E "refclock_sock" is not taken by phc2sys; write one of pi, linreg, ntpshm',
  ]);
});

test("checkOpts never throws and is bounded", () => {
  const words = fc.array(fc.oneof(fc.string(), fc.constantFrom("-l", "--", "-", "--=", "--x=", "-2s", "-f")));
  fc.assert(
    fc.property(words, fc.constantFrom<ConfProgram>("ptp4l", "phc2sys", "timemaster"), (list, program) => {
      for (const each of checkOpts(list.join(" "), { program, release: "4.4" })) assert.ok(each.message.length < 400);
    }),
  );
  assert.equal(check("x ".repeat(10_000), "ptp4l").length, 200);
});
