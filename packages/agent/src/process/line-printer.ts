import type { Logger } from "@ptp/kit";
import type { Instant, NodeProfile, ProcessReport } from "@ptp/node";
import type { ProcessSpec } from "@ptp/plan";
import type { LineSink } from "./line-sink.ts";
import { readLogSettings, type LogSettings } from "./log-settings.ts";
import { createOffsetSummary, type OffsetSummary } from "./offset-summary.ts";
import { createTokenBucket, type TokenBucket } from "./token-bucket.ts";

/** Prints the lines of supervised programs as their profiles want it. */
export interface LinePrinter {
  /** Processes and settings in force from now on; counts and windows of processes that stay go on. */
  configure(specs: readonly ProcessSpec[], profiles: readonly NodeProfile[]): void;
  printLine(key: string, line: string): void;
  /** Prints a pending summary when its process ends. */
  noteProcess(report: ProcessReport): void;
}

/** What a printer needs. */
export interface LinePrinterOptions {
  readonly sink: LineSink;
  readonly clock: () => Instant;
  readonly log: Logger;
}

/** Lines a second that one process may print; ptp4l at 16 Syncs a second stays far below. */
const rate = { perSecond: 200, burst: 1_000 };

interface Printing {
  readonly spec: ProcessSpec;
  /** The settings as text, to know whether they changed. */
  readonly source: string;
  readonly settings: LogSettings;
  readonly summary: OffsetSummary | undefined;
  readonly bucket: TokenBucket;
  dropped: number;
  pid: number | undefined;
}

/** Creates a printer that prints lines of unknown processes not at all. */
export function createLinePrinter({ sink, clock, log }: LinePrinterOptions): LinePrinter {
  let printingByKey: ReadonlyMap<string, Printing> = new Map();
  const print = (printing: Printing, line: string): void => {
    if (!printing.bucket.take(clock().monotonicMs)) {
      printing.dropped += 1;
      return;
    }
    if (printing.dropped > 0 && sink.writeLine(`${printing.spec.key}: ${printing.dropped} lines dropped`)) {
      printing.dropped = 0;
    }
    if (!sink.writeLine(prefix(printing) + line)) printing.dropped += 1;
  };
  return {
    configure: (specs, profiles) => {
      const settingsByProfile = new Map(profiles.map(({ name, ptpSettings }) => [name, ptpSettings ?? {}]));
      const entries = specs.map((spec): [string, Printing] => {
        const settings = settingsByProfile.get(spec.profile) ?? {};
        const source = JSON.stringify([settings["stdoutFilter"], settings["logReduce"], spec.configName]);
        const before = printingByKey.get(spec.key);
        return [spec.key, before?.source === source ? before : createPrinting(spec, source, settings, log)];
      });
      printingByKey = new Map(entries);
    },
    printLine: (key, line) => {
      const printing = printingByKey.get(key);
      if (printing === undefined || isHidden(printing, line)) return;
      const lines = printing.summary?.accept(line, clock()) ?? [line];
      for (const one of lines) print(printing, one);
    },
    noteProcess: ({ key, pid }) => {
      const printing = printingByKey.get(key);
      if (printing === undefined) return;
      if (pid === undefined) for (const line of printing.summary?.flush(clock()) ?? []) print(printing, line);
      printing.pid = pid;
    },
  };
}

function createPrinting(
  spec: ProcessSpec,
  source: string,
  settings: Readonly<Record<string, string>>,
  log: Logger,
): Printing {
  const read = readLogSettings(settings);
  for (const warning of read.warnings) log.warn(warning, { profile: spec.profile, process: spec.key });
  const bucket = createTokenBucket(rate);
  return { spec, source, settings: read, summary: summaryFor(spec, read), bucket, dropped: 0, pid: undefined };
}

function summaryFor({ program, configName }: ProcessSpec, { reduce }: LogSettings): OffsetSummary | undefined {
  if (reduce.mode !== "enhanced" || (program !== "ptp4l" && program !== "phc2sys")) return undefined;
  return createOffsetSummary({ ...reduce, program, tag: `[${configName}:6]` });
}

function isHidden({ settings }: Printing, line: string): boolean {
  return settings.isFiltered(line) || (settings.reduce.mode === "basic" && line.includes("master offset"));
}

/** chronyd's own lines say neither who nor which. */
function prefix({ spec, pid }: Printing): string {
  return spec.program === "chronyd" ? `chronyd[${pid ?? 0}][${spec.configName}]: ` : "";
}
