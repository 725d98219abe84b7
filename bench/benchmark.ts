import type { Measurement } from "./report/measurement.ts";

/** What a benchmark is given. */
export interface BenchContext {
  /** Smoke run: few repetitions, small swarms, short watches. Its numbers mean little. */
  readonly quick: boolean;
  /** Folder with the bundles. */
  readonly dist: string;
  /** An empty folder, removed afterwards. */
  readonly workDir: string;
  /** Length of the watch under load and of the one at rest, each. */
  readonly watchMs: number;
  /** How long sessions stand before their memory is taken. */
  readonly settleMs: number;
  readonly progress: (line: string) => void;
  /** Tells a result as soon as it is there. */
  readonly report: (measurement: Measurement) => void;
}

/** One question and how it is answered. */
export interface Benchmark {
  readonly name: string;
  readonly title: string;
  run(context: BenchContext): Promise<void>;
}

/** Thrown by a benchmark that this machine cannot carry: told loudly, and no failure. */
export class SkippedBenchmark extends Error {
  override readonly name = "SkippedBenchmark";
}
