import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { LogFact } from "./log-fact.ts";
import { parseLogHeader } from "./log-header.ts";
import { parseLine, readFact } from "./parse-line.ts";

/** Recorded runs, read in place. */
const data = fileURLToPath(new URL("../../../../../shared/data/", import.meta.url));
const programs = ["ptp4l", "phc2sys", "ts2phc", "synce4l"] as const;

/** Shapes that must be understood, written apart from the grammar on purpose, and what they must become. */
const knownShapes: readonly (readonly [RegExp, LogFact["kind"]])[] = [
  [/ offset +-?\d+ (s\d )?.*freq/, "offset"],
  [/ rms +\d+ max /, "offset-summary"],
  [/ port \d+.*: [A-Z_]+ to [A-Z_]+/, "port-state"],
  [/ port \d+.*: link (up|down)$/, "port-link"],
  [/ new foreign master /, "foreign-time-transmitter"],
  [/ port \d+.*(failed|Network is down|ignoring master!|without timestamp)$/, "port-fault"],
  [/ selected (best|local) /, "best-clock"],
  [/ as (out-of-)?domain source clock/, "domain-source"],
  [/selecting \S+ for synchronization/, "clock-selection"],
  [/tx timestamp failed|polling for tx timestamp$|clockcheck:|not using PTP timescale|adjust the clock/, "clock-fault"],
  [/source ts not valid|invalid master time stamp|no valid rmc|leap second table expiry|source timed/, "source-fault"],
  [/Waiting for ptp4l/, "waiting"],
];

function recordedLines(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap((file) => {
    const bytes = readFileSync(join(file.parentPath, file.name));
    return (file.name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").split("\n");
  });
}

for (const [folder, least] of [
  ["lab/ptp4l", 900],
  ["lab/qemu", 2000],
  ["lab/clknetsim", 7000],
  ["daemon/logs", 10_000],
] as const) {
  test(`recordings: every line of a known shape in ${folder} is understood`, (t) => {
    const path = join(data, folder);
    if (!existsSync(path)) return t.skip(`no ../shared/data/${folder} beside this checkout`);
    let understood = 0;
    const failed: string[] = [];
    for (const line of recordedLines(path)) {
      const program = programs.find((name) => line.startsWith(`${name}[`));
      const shape = knownShapes.find(([words]) => words.test(line));
      if (program === undefined || shape === undefined || / config item /.test(line)) continue;
      const kind = parseLine(program, line)?.kind;
      if (kind === shape[1]) understood++;
      else failed.push(`${kind}: ${line}`);
    }
    assert.deepEqual(failed, []);
    assert.ok(understood >= least, `only ${understood} lines understood, ${least} expected`);
    t.diagnostic(`${understood} lines`);
    return undefined;
  });
}

test("recordings: every form of line in the daemon's logs is classified", (t) => {
  const path = join(data, "daemon/logs/unique-line-forms.txt");
  if (!existsSync(path)) return t.skip("no ../shared/data beside this checkout");
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  assert.ok(lines.length >= 70, `${lines.length} forms`);
  const missed = lines.filter((line) => {
    const header = parseLogHeader(line);
    return header === undefined || readFact(header.program, header.text) === undefined;
  });
  assert.deepEqual(missed, []);
  return undefined;
});
