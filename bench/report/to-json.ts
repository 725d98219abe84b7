import { availableParallelism, cpus, release, totalmem } from "node:os";
import { isMet, targetText, type Measurement } from "./measurement.ts";
import { summarize } from "./summary.ts";

/** What of a benchmark's outcome is written. */
interface Told {
  readonly benchmark: { readonly name: string; readonly title: string };
  readonly measurements: readonly Measurement[];
  readonly elapsedMs: number;
  readonly problem?: string;
  readonly skipped?: string;
}

/** All results with the machine they are of, for programs. */
export function toJson(outcomes: readonly Told[], quick: boolean): object {
  return {
    date: new Date().toISOString(),
    quick,
    machine: {
      cores: availableParallelism(),
      cpu: cpus()[0]?.model ?? "unknown",
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      kernel: release(),
      node: process.version,
    },
    benchmarks: outcomes.map(({ benchmark, measurements, elapsedMs, problem, skipped }) => ({
      name: benchmark.name,
      title: benchmark.title,
      elapsedMs: Math.round(elapsedMs),
      ...(problem === undefined ? {} : { problem }),
      ...(skipped === undefined ? {} : { skipped }),
      measurements: measurements.map(measurementJson),
    })),
  };
}

function measurementJson(measurement: Measurement): object {
  const { name, unit, samples, note } = measurement;
  const met = isMet(measurement);
  return {
    name,
    unit,
    ...summarize(samples),
    ...(met === undefined ? {} : { target: targetText(measurement), met }),
    ...(note === undefined ? {} : { note }),
  };
}
