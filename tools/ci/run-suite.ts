import { relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
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
}

interface Tally {
  passed: number;
  readonly failed: FailedTest[];
  readonly skipped: SkippedTest[];
  readonly times: FileTime[];
}

/** Runs test files, each in a process of its own, and collects what became of their tests. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const tally: Tally = { passed: 0, failed: [], skipped: [], times: [] };
  const waiting = [...options.files];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await runFile(file, options, tally);
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  tally.times.sort((one, other) => other.seconds - one.seconds);
  return tally;
}

async function runFile(file: string, options: SuiteOptions, tally: Tally): Promise<void> {
  const { root, fileTimeoutMs, progress } = options;
  // node:test bounds single tests, not a file whose tests are done but whose process stays.
  const events = run({ files: [file], cwd: root, signal: AbortSignal.timeout(fileTimeoutMs) });
  const path = relative(root, file);
  const startMs = performance.now();
  const before = tally.passed + tally.failed.length + tally.skipped.length;
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
  for await (const _ of events);
  tally.times.push({ file: path, seconds: (performance.now() - startMs) / 1000 });
  const ended = tally.passed + tally.failed.length + tally.skipped.length;
  if (ended === before) fail("(the file)", "no test ran");
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
