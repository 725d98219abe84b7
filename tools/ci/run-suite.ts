import { relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import type { WatchDisturbance } from "./disturbance.ts";
import type { FailedTest, FileTime, SkippedTest, SuiteResult } from "./test-results.ts";

/** Which test files to run, and how. */
export interface SuiteOptions {
  /** Absolute; results name files relative to it. */
  readonly root: string;
  readonly files: readonly string[];
  /** Test files at once: 1 for what shares the machine's clock or measures time. */
  readonly concurrency: number;
  /** A file that takes longer is ended and has failed. */
  readonly fileTimeoutMs: number;
  /** Told of each failure and skip as it comes. */
  readonly progress: (line: string) => void;
  /** A file that failed while the machine was disturbed is run again. */
  readonly watch: WatchDisturbance;
  /** How often at most. */
  readonly repetitions: number;
}

interface Tally {
  passed: number;
  readonly failed: FailedTest[];
  readonly repeated: FailedTest[];
  readonly skipped: SkippedTest[];
  readonly times: FileTime[];
}

/** Runs test files, each in a process of its own, and collects what became of their tests. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const all: Tally = { passed: 0, failed: [], repeated: [], skipped: [], times: [] };
  const waiting = [...options.files];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      add(await runUndisturbed(file, options), all);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  all.times.sort((one, other) => other.seconds - one.seconds);
  return all;
}

function add(one: Tally, all: Tally): void {
  all.passed += one.passed;
  all.failed.push(...one.failed);
  all.repeated.push(...one.repeated);
  all.skipped.push(...one.skipped);
  all.times.push(...one.times);
}

/** What failed while programs did not get the processor says little about them, and is run again. */
async function runUndisturbed(file: string, options: SuiteOptions): Promise<Tally> {
  const { root, watch, repetitions, progress } = options;
  const repeated: FailedTest[] = [];
  for (let again = 0; ; again++) {
    const disturbance = watch();
    const tally = await runFile(file, options);
    const cause = tally.failed.length === 0 || again === repetitions ? undefined : disturbance();
    if (cause === undefined) return { ...tally, repeated };
    repeated.push(...tally.failed);
    progress(`once more, since ${cause}: ${relative(root, file)}`);
  }
}

async function runFile(file: string, options: SuiteOptions): Promise<Tally> {
  const { root, fileTimeoutMs } = options;
  const tally: Tally = { passed: 0, failed: [], repeated: [], skipped: [], times: [] };
  // node:test bounds single tests, not a file whose tests are done but whose process stays.
  const events = run({ files: [file], cwd: root, signal: AbortSignal.timeout(fileTimeoutMs) });
  const startMs = performance.now();
  const fail = collect(events, { file, tally, options });
  for await (const _ of events);
  tally.times.push({ file: relative(root, file), seconds: (performance.now() - startMs) / 1000 });
  if (tally.passed + tally.failed.length + tally.skipped.length === 0) fail("(the file)", "no test ran");
  return tally;
}

/** Counts what the tests of one file come to, and returns what tells a failure. */
function collect(
  events: ReturnType<typeof run>,
  { file, tally, options }: { readonly file: string; readonly tally: Tally; readonly options: SuiteOptions },
): (name: string, error: string) => void {
  const { root, fileTimeoutMs, progress } = options;
  const path = relative(root, file);
  const fail = (name: string, error: string): void => {
    tally.failed.push({ file: path, name, error });
    progress(`FAILED: ${path}: ${name}\n${error.replace(/^/gm, "    ")}`);
  };
  events.on("test:pass", ({ name, skip, details }) => {
    if (details.type === "suite" || name === file) return;
    if (skip === undefined || skip === false) {
      tally.passed += 1;
      return;
    }
    const reason = skip === true ? "no reason given" : skip;
    tally.skipped.push({ file: path, name, reason });
    progress(`skipped: ${path}: ${name}: ${reason}`);
  });
  events.on("test:fail", ({ name, details: { error } }) => {
    if (isAborted(error)) fail("(the file)", `its process did not end within ${fileTimeoutMs / 1000} s`);
    else if (!isEcho(error)) fail(name, errorText(error));
  });
  events.on("test:stderr", ({ message }) => process.stderr.write(message));
  return fail;
}

/** A parent fails again for each failed child: the child has told it. */
function isEcho(error: Error): boolean {
  return "failureType" in error && error.failureType === "subtestsFailed";
}

function isAborted(error: Error): boolean {
  return "failureType" in error && error.failureType === "testAborted";
}

function errorText(error: Error): string {
  const { cause } = error;
  if (cause instanceof Error) return inspect(cause, { depth: 4 });
  return typeof cause === "string" ? cause : inspect(cause ?? error, { depth: 4 });
}
