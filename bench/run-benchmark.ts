import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SkippedBenchmark, type Benchmark } from "./benchmark.ts";
import type { BenchOptions } from "./command-line.ts";
import { monotonicMs } from "./measure/monotonic.ts";
import { formatTable } from "./report/format-table.ts";
import type { Measurement } from "./report/measurement.ts";

/** What became of one benchmark. */
export interface Outcome {
  readonly benchmark: Benchmark;
  readonly measurements: readonly Measurement[];
  readonly elapsedMs: number;
  /** Why it did not come to its end. */
  readonly problem?: string;
  /** Why this machine cannot run it. */
  readonly skipped?: string;
}

/** Runs one benchmark and prints what it measured, also when it breaks off. */
export async function runBenchmark(benchmark: Benchmark, options: BenchOptions): Promise<Outcome> {
  const say = options.json ? console.error : console.log;
  const startedMs = monotonicMs();
  const measurements: Measurement[] = [];
  const workDir = await mkdtemp(join(tmpdir(), "ptp-bench-"));
  say(`\n## ${benchmark.name}: ${benchmark.title}${options.quick ? " (smoke run)" : ""}`);
  const finish = (problem?: string): Outcome => {
    const elapsedMs = monotonicMs() - startedMs;
    if (measurements.length > 0) say(formatTable(measurements));
    say(problem === undefined ? `(${Math.round(elapsedMs / 1_000)} s)` : `could not run: ${problem}`);
    return { benchmark, measurements, elapsedMs, ...(problem === undefined ? {} : { problem }) };
  };
  try {
    const report = (measurement: Measurement): void => void measurements.push(measurement);
    await benchmark.run({ ...options, workDir, report, progress: (line) => console.error(`  … ${line}`) });
    return finish();
  } catch (error) {
    if (error instanceof SkippedBenchmark) {
      say(`SKIPPED: ${error.message}`);
      return { benchmark, measurements, elapsedMs: monotonicMs() - startedMs, skipped: error.message };
    }
    return finish(error instanceof Error ? error.message : String(error));
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}
