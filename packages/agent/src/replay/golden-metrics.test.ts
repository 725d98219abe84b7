import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { playRecording } from "./testing/play-recording.ts";

const shared = fileURLToPath(new URL("../../../../../shared/data/", import.meta.url));
const folders = fileURLToPath(new URL("testing/recorded/", import.meta.url));

/** What was recorded of real programs, with the whole of `/metrics` at moments of it. */
interface Recorded {
  readonly name: string;
  /** Files of ../shared/data, played as one by the times of their lines. */
  readonly files: Readonly<Record<string, Rename>>;
  /** Titles of the moments, by time in the lines' brackets. */
  readonly moments: Readonly<Record<number, string>>;
}

/** Names in the tags of lines, as this plan has them. */
type Rename = Readonly<Record<string, string>>;

const dualNic = "lab/ptp4l/t3-dual-nic-bc";
const hardware = "lab/qemu/tgm-tbc-hw";

const recorded: readonly Recorded[] = [
  {
    name: "telecom-boundary-clock",
    files: { "daemon/logs/daemon-tbc-run2.log.gz": {} },
    moments: { 1306950: "it follows its upstream port", 1306981: "the upstream port is faulty" },
  },
  {
    name: "dual-nic-boundary-clock",
    files: { [`${dualNic}/0.log`]: {}, [`${dualNic}/1.log`]: {} },
    moments: { 4362: "both follow", 4364: "the cable of the first is out", 4369: "it is in again" },
  },
  {
    name: "ordinary-clock-per-sync",
    files: { "lab/ptp4l/oc-pi-max10ppb-persync-s0-s2-s3.log": {} },
    moments: {},
  },
  {
    name: "ordinary-clock-summary",
    files: { "lab/ptp4l/oc-nullf-summary1.log": {} },
    moments: {},
  },
  {
    name: "hardware-clocks",
    files: {
      [`${hardware}/ts2phc-nmea-l7.log`]: {},
      [`${hardware}/ptp4l-gm.log`]: { gm: "0" },
      [`${hardware}/ptp4l-bc.log`]: { bc: "1" },
      [`${hardware}/phc2sys-a-r-persample.log`]: {},
    },
    moments: { 20: "the boundary clock follows" },
  },
];

/** Written by hand: nothing here has SyncE, or two cards with clocks of their own. */
for (const name of ["synchronous-ethernet", "chosen-source"]) {
  test(`metrics of what was written: ${name}`, async () => {
    const folder = join(folders, name);
    const lines = readFileSync(join(folder, "recording.log"), "utf8").split("\n");
    compare(await playRecording(folder, lines), join(folder, "metrics.txt"));
  });
}

/** `PTP_UPDATE_GOLDENS=1` writes the goldens anew: read them before they are believed. */
for (const { name, files, moments } of recorded) {
  const missing = Object.keys(files).find((path) => !existsSync(join(shared, path)));
  const skip = missing !== undefined && `no ../shared/data/${missing} beside this checkout`;
  test(`metrics of what was recorded: ${name}`, { skip }, async () => {
    const [lines = [], ...others] = Object.entries(files).map(([path, rename]) => linesOf(path, rename));
    const played = others.length === 0 ? lines : inOrder([lines, ...others].flat());
    compare(await playRecording(join(folders, name), withMoments(played, moments)), join(folders, name, "metrics.txt"));
  });
}

function compare(text: string, golden: string): void {
  if (process.env["PTP_UPDATE_GOLDENS"] === "1") writeFileSync(golden, text);
  assert.equal(text, readFileSync(golden, "utf8"));
}

function linesOf(path: string, rename: Rename): readonly string[] {
  const bytes = readFileSync(join(shared, path));
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const renamed = (_whole: string, program: string, tag: string) => `[${program}.${rename[tag] ?? tag}.config`;
  return text.split("\n").map((line) => line.replace(/\[(ptp4l|ts2phc|phc2sys)\.(\w+)\.config/, renamed));
}

/** Lines without a time stay behind the one before. */
function inOrder(lines: readonly string[]): readonly string[] {
  let atS = 0;
  return lines
    .map((line) => ({ line, atS: (atS = secondsOf(line) ?? atS) }))
    .toSorted((one, other) => one.atS - other.atS)
    .map(({ line }) => line);
}

function* withMoments(lines: readonly string[], moments: Recorded["moments"]): Generator<string> {
  const waiting = Object.entries(moments);
  for (const line of lines) {
    const atS = secondsOf(line) ?? 0;
    for (let next = waiting[0]; next !== undefined && Number(next[0]) <= atS; next = waiting[0]) {
      yield `### ${next[1]}`;
      waiting.shift();
    }
    yield line;
  }
}

function secondsOf(line: string): number | undefined {
  const [, seconds] = /^\w+\[(\d+\.\d+)\]:/.exec(line) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
