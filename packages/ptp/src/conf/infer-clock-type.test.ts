import assert from "node:assert/strict";
import { test } from "node:test";
import { inferClockType } from "./infer-clock-type.ts";
import { parseConf } from "./parse-conf.ts";

test("inferClockType reads the command line as ptp4l does", () => {
  const { conf } = parseConf("[global]\n[ens1f0]\n");
  assert.equal(inferClockType(conf, "-2s"), "OC");
  assert.equal(inferClockType(conf, "--clientOnly 0x1"), "OC");
  assert.equal(inferClockType(conf, "-f -s"), "GM");
  assert.equal(inferClockType(conf), "GM");
});

test("inferClockType looks for a port that may receive time", () => {
  const type = (text: string): string => inferClockType(parseConf(text).conf);
  assert.equal(type("[global]\nmasterOnly 0\n[a]\n[b]\n"), "GM");
  assert.equal(type("[global]\nserverOnly 0\n[a]\n[b]\n"), "BC");
  assert.equal(type("[a]\nmasterOnly\t0\n[a]\nmasterOnly 1\n"), "OC");
  assert.equal(type("# no section\n[a]\nserverOnly 1\n[b]\nserverOnly 0\n[unicast_master_table]\n[nmea]\n"), "BC");
});
