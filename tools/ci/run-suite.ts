import { relative } from "node:path";
import type { WatchDisturbance } from "./disturbance.ts";
import { runFile, type FileOptions, type TopTest } from "./run-file.ts";
import type { FailedTest, FileTime, SkippedTest, SuiteResult } from "./test-results.ts";

/** Which test files to run, and how. */
export interface SuiteOptions extends FileOptions {
  readonly files: readonly string[];
  /** Test files at once: 1 for what shares the machine's clock or measures time. */
  readonly concurrency: number;
  /** What failed while the machine was disturbed is run again. */
  readonly watch: WatchDisturbance;
  /** How often at most. */
  readonly repetitions: number;
}

interface Tally {
  readonly tests: TopTest[];
  readonly broken: readonly FailedTest[];
  readonly repeated: readonly FailedTest[];
  readonly time: FileTime;
}

/** Runs test files, each in a process of its own, and collects what became of their tests. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const all: Tally[] = [];
  const waiting = [...options.files];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      all.push(await runUndisturbed(file, options));
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  const tests = all.flatMap((each) => each.tests);
  return {
    passed: tests.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.flatMap(({ tests, broken }) => [...failuresOf(tests), ...broken]),
    repeated: all.flatMap(({ repeated }) => repeated),
    skipped: tests.flatMap(({ skipped }): readonly SkippedTest[] => skipped),
    times: all.map(({ time }) => time).toSorted((one, other) => other.seconds - one.seconds),
  };
}

/**
 * What failed while programs did not get the processor says little about them, and is run again: the tests that failed,
 * each with all inside it, or the whole file where it broke.
 */
async function runUndisturbed(file: string, options: SuiteOptions): Promise<Tally> {
  const path = relative(options.root, file);
  const settled: TopTest[] = [];
  const repeated: FailedTest[] = [];
  let only: readonly string[] | undefined;
  let seconds = 0;
  for (let again = 0; ; again++) {
    const disturbance = options.watch();
    const { tests, broken, ...run } = await runFile(file, options, only);
    seconds += run.seconds;
    const failed = [...failuresOf(tests), ...broken];
    const cause = failed.length === 0 || again === options.repetitions ? undefined : disturbance();
    if (cause === undefined) return { tests: [...settled, ...tests], broken, repeated, time: { file: path, seconds } };
    repeated.push(...failed);
    options.progress(`once more, since ${cause}: ${path}`);
    if (broken.length > 0) continue;
    settled.push(...tests.filter((test) => test.failed.length === 0));
    only = tests.flatMap((test) => (test.failed.length > 0 ? [test.name] : []));
  }
}

function failuresOf(tests: readonly TopTest[]): readonly FailedTest[] {
  return tests.flatMap(({ failed }) => failed);
}
