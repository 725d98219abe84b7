import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { lintConf } from "./check-conf.ts";
import type { OptionSpec } from "./option-spec.ts";
import { nearestRelease, optionTable } from "./option-table.ts";

/*
 * Holds the option table against an installed ptp4l (PTP4L names another one than that on PATH). The program reads
 * each text and then ends, as its only interface does not exist: no clock and no socket is opened.
 */

const binary = process.env["PTP4L"] ?? "ptp4l";
const version = spawnSync(binary, ["-v"], { encoding: "utf8" });
const installed = version.error === undefined ? nearestRelease(version.stdout) : undefined;
const skip =
  installed === undefined
    ? `no ${binary} that tells its version; set PTP4L to its path`
    : installed.exact
      ? false
      : `no option table for linuxptp ${version.stdout.trim()}`;
const release = installed?.release ?? "4.2";

const folder = mkdtempSync(join(tmpdir(), "ptp-conf-"));
after(() => rmSync(folder, { recursive: true }));

/** True when the installed ptp4l can read the text. */
function isRead(text: string): boolean {
  const path = join(folder, "ptp4l.conf");
  writeFileSync(path, text);
  const { stderr, error } = spawnSync(binary, ["-q", "-f", path, "-i", "nosuch0"], {
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(error, undefined);
  return !stderr.includes("failed to parse configuration file");
}

function goodValues({ value }: OptionSpec): readonly string[] {
  switch (value.type) {
    case "enum":
      return value.values;
    case "string":
      return ["01:1B:19:00:00:00"];
    case "int":
    case "uint":
    case "u64":
    case "double":
      return [String(value.min), String(value.max)];
  }
}

function badValues({ value }: OptionSpec): readonly string[] {
  switch (value.type) {
    case "enum":
      return ["nosuch"];
    case "string":
      return [];
    case "double":
      return ["x", value.max === Number.MAX_VALUE ? "inf" : String(value.max + 1)];
    case "int":
    case "uint":
    case "u64":
      return [String(BigInt(value.min) - 1n), String(BigInt(value.max) + 1n), "x", "1.5"];
  }
}

const specs = [...(optionTable("ptp4l", release)?.values() ?? [])];

test("the installed ptp4l takes every option with every bound", { skip }, () => {
  const lines = specs.flatMap((spec) => goodValues(spec).map((value) => `${spec.name} ${value}\n`));
  const portLines = specs
    .filter(({ scope }) => scope === "port")
    .map((spec) => `${spec.name} ${goodValues(spec)[0]}\n`);
  assert.ok(isRead(`[global]\n${lines.join("")}[nosuch1]\n${portLines.join("")}`));
});

test("the installed ptp4l refuses what the table refuses", { skip }, () => {
  for (const spec of specs) {
    for (const value of badValues(spec))
      assert.ok(!isRead(`[global]\n${spec.name} ${value}\n`), `${spec.name} ${value}`);
    const inPort = `[nosuch1]\n${spec.name} ${goodValues(spec)[0]}\n`;
    if (spec.scope === "global") assert.ok(!isRead(inPort), inPort);
  }
});

test("the installed ptp4l and checkConf agree on the grammar", { skip }, () => {
  const texts = [
    "\n# c\n \t[global]\t\r\n\tpriority1\t\t1  \r\n",
    "[GLOBAL]\nfault_reset_interval asap\nnetwork_transport udpv6\n",
    "[global]\npi_offset_const 0.1\nstep_threshold 5.\npriority1 0x10\npriority2 017\n",
    "priority1 1\n[global]\n",
    "[global]\npriority1 08\n",
    "[global]\nPriority1 1\n",
    "[unicast_master_table]\ntable_id 1\nUDPv4 10.0.0.1\nUDPv6 ::1\nL2 00:11:22:33:44:55\npeer_address 10.0.0.1\n",
    "[unicast_master_table]\nUDPv4 10.0.0.1\n",
    "[unicast_master_table]\ntable_id 1\n[unicast_master_table]\ntable_id 1\n",
    "[unicast_master_table]\ntable_id 1\nUDPv6 fe80::1::2\n",
    "[global]\npriority1 1\npriority1 2\n",
  ];
  for (const text of texts) {
    const errors = lintConf(text, { program: "ptp4l", release }).filter((each) => each.severity === "error");
    assert.equal(errors.length === 0, isRead(text), text);
  }
});
