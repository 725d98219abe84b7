import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { NodeConfig } from "@ptp/node";
import { defaultHostFacts, plan } from "@ptp/plan";
import { parseLogHeader, readFact } from "@ptp/ptp";
import { createReplay, metricSamples, type Replay } from "@ptp/truth";
import { SkippedBenchmark, type BenchContext, type Benchmark } from "../benchmark.ts";

/** A boundary clock's two ptp4l, phc2sys and ts2phc over some minutes, recorded under the existing daemon. */
const recording = fileURLToPath(new URL("../../../shared/data/daemon/logs/daemon-tbc-run1.log.gz", import.meta.url));

/** 430,000 lines/s: five times what the existing daemon does. */
const targetUsPerLine = 2.325;

/** Samples are made when somebody asks: as often as the closest scrapers do, in the time of the recording. */
const scrapeMs = 15_000;

/** Lines of a recording from text to samples, by CPU time: other load on the machine does not count. */
export const lines: Benchmark = {
  name: "lines",
  title: "lines of a recorded boundary clock: parsed, applied to state, samples made at every scrape",
  run: async (context) => {
    if (!existsSync(recording)) throw new SkippedBenchmark("there is no recording beside this checkout");
    const recorded = programLines();
    const turns = context.quick ? 10 : 100;
    const applied = cpuUsPerLine(recorded, turns, () => applyAll(recorded));
    const parsed = cpuUsPerLine(recorded, turns, () => parseAll(recorded));
    const note = `${recorded.length} lines, ${turns} times; the first third is not counted`;
    tell(context, "parsed", parsed, `${perSecond(parsed)} lines/s at the median`);
    const target = { of: "p50", atMost: targetUsPerLine } as const;
    context.report({
      name: "parsed, applied, sampled",
      unit: "µs/line",
      samples: applied,
      target,
      note: `${perSecond(applied)} lines/s at the median; ${note}`,
    });
    const samples = cpuUsPerSampling(recorded, turns);
    context.report({ name: "samples of one scrape", unit: "µs", samples });
    await Promise.resolve();
  },
};

function tell(context: BenchContext, name: string, samples: readonly number[], note: string): void {
  context.report({ name, unit: "µs/line", samples, note });
}

function perSecond(usPerLine: readonly number[]): number {
  const sorted = usPerLine.toSorted((a, b) => a - b);
  return Math.round(1e6 / (sorted[Math.floor(sorted.length / 2)] ?? Infinity));
}

function programLines(): readonly string[] {
  const text = gunzipSync(readFileSync(recording)).toString("latin1");
  // Each a string of its own, as lines of a program are: not a part of the whole file's.
  return text
    .split("\n")
    .filter((line) => /^(?:ptp4l|phc2sys|ts2phc)\[/.test(line))
    .map((line) => Buffer.from(line).toString("latin1"));
}

function cpuUsPerLine(recorded: readonly string[], turns: number, turn: () => void): readonly number[] {
  const samples: number[] = [];
  for (let i = 0; i < turns; i++) {
    const before = process.cpuUsage();
    turn();
    const { user, system } = process.cpuUsage(before);
    if (i >= turns / 3) samples.push((user + system) / recorded.length);
  }
  return samples;
}

function parseAll(recorded: readonly string[]): void {
  for (const line of recorded) {
    const header = parseLogHeader(line);
    if (header !== undefined) readFact(header.program, header.text);
  }
}

const conf = (...names: readonly string[]): string =>
  `[global]\ndomainNumber 24\n${names.map((name) => `[${name}]\n`).join("")}`;

/** Run ids in the order of the names: the upstream clock is number 1, as in the recording. */
const config: NodeConfig = {
  nodeName: "recorded",
  profiles: [
    { name: "a-downstream", ptp4lOpts: "-2", ptp4lConf: conf("ens4f0", "ens8f0") },
    {
      name: "b-upstream",
      // Without it nothing in these few options would say that this is no grandmaster.
      ptpSettings: { clockType: "T-BC" },
      ptp4lOpts: "-2",
      ptp4lConf: conf("ens4f1"),
      phc2sysOpts: "-a -r -n 24",
      ts2phcOpts: "-s generic -a --ts2phc.rh_external_pps 1",
      ts2phcConf: "[global]\n[ens4f0]\n",
    },
  ],
  hardware: [],
  plugins: [],
  secrets: [],
};

function createRecordedNode(): Replay {
  const planned = plan({ config, facts: defaultHostFacts(config.nodeName), runIds: {} });
  return createReplay({ nodeName: config.nodeName, plan: planned, config });
}

function cpuUsPerSampling(recorded: readonly string[], turns: number): readonly number[] {
  const replay = createRecordedNode();
  for (const line of recorded) replay.push(line);
  const times = 1_000;
  const scrapes = Array.from({ length: times }, () => "");
  return cpuUsPerLine(scrapes, turns, () => {
    for (let i = 0; i < times; i++) metricSamples(replay.view());
  });
}

function applyAll(recorded: readonly string[]): void {
  const replay = createRecordedNode();
  let sampledMs = 0;
  for (const line of recorded) {
    replay.push(line);
    const nowMs = replay.nowMs() ?? 0;
    if (nowMs - sampledMs < scrapeMs) continue;
    sampledMs = nowMs;
    if (metricSamples(replay.view()).length === 0) throw new Error("there are no samples: the plan has no clock");
  }
}
