import { relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import type { FailedTest, SkippedTest } from "./test-results.ts";

/** How to run one test file. */
export interface FileOptions {
  /** Absolute; results name the file relative to it. */
  readonly root: string;
  /** A file that takes longer is ended and has failed. */
  readonly fileTimeoutMs: number;
  /** Told of each failure and skip as it comes. */
  readonly progress: (line: string) => void;
}

/** What became of one test that stands by itself in its file, and of all inside it. */
export interface TopTest {
  readonly name: string;
  readonly passed: number;
  readonly failed: readonly FailedTest[];
  readonly skipped: readonly SkippedTest[];
}

/** What one run of a file came to. */
export interface FileRun {
  readonly tests: readonly TopTest[];
  /** What failed outside of any test: the process did not end, broke down, or ran none. */
  readonly broken: readonly FailedTest[];
  readonly seconds: number;
}

/** Runs a test file in a process of its own; of its tests those of these names, by default all. */
export async function runFile(file: string, options: FileOptions, only?: readonly string[]): Promise<FileRun> {
  const { root, fileTimeoutMs } = options;
  const startMs = performance.now();
  // node:test bounds single tests, not a file whose tests are done but whose process stays.
  const signal = AbortSignal.timeout(fileTimeoutMs);
  const events = run({ files: [file], cwd: root, signal, ...(only && { testNamePatterns: only.map(startsWith) }) });
  const found = collect(events, file, options);
  for await (const _ of events);
  const tests = found.tests();
  if (tests.length + found.broken.length === 0) found.fail("(the file)", "no test ran");
  const lost = only?.filter((wanted) => !tests.some(({ name }) => name === wanted)) ?? [];
  if (lost.length > 0) found.fail("(the file)", `did not run again: ${lost.join(", ")}`);
  return { tests, broken: found.broken, seconds: (performance.now() - startMs) / 1000 };
}

/** A test's name is matched with those around it before it. */
function startsWith(name: string): RegExp {
  return new RegExp(`^${name.replaceAll(/[^\w\s]/g, "\\$&")}`);
}

interface OpenTest {
  passed: number;
  readonly failed: FailedTest[];
  readonly skipped: SkippedTest[];
}

function collect(
  events: ReturnType<typeof run>,
  file: string,
  { root, fileTimeoutMs, progress }: FileOptions,
): {
  readonly tests: () => readonly TopTest[];
  readonly broken: readonly FailedTest[];
  readonly fail: (name: string, error: string) => void;
} {
  const path = relative(root, file);
  const tests: TopTest[] = [];
  const broken: FailedTest[] = [];
  let open: OpenTest = { passed: 0, failed: [], skipped: [] };
  const close = (name: string): void => {
    // What failed inside is told with the test around it: names such as that of a release stand in many.
    const failed = open.failed.map((each) => (each.name === name ? each : { ...each, name: `${name}: ${each.name}` }));
    tests.push({ name, ...open, failed });
    open = { passed: 0, failed: [], skipped: [] };
  };
  const tell = (name: string, error: string): FailedTest => {
    progress(`FAILED: ${path}: ${name}\n${error.replace(/^/gm, "    ")}`);
    return { file: path, name, error };
  };
  const fail = (name: string, error: string): void => void broken.push(tell(name, error));
  events.on("test:pass", ({ name, nesting, skip, details }) => {
    if (name === file) return;
    if (skip !== undefined && skip !== false) {
      const reason = skip === true ? "no reason given" : skip;
      open.skipped.push({ file: path, name, reason });
      progress(`skipped: ${path}: ${name}: ${reason}`);
    } else if (details.type !== "suite") open.passed += 1;
    if (nesting === 0) close(name);
  });
  events.on("test:fail", ({ name, nesting, details: { error } }) => {
    if (isAborted(error)) return fail("(the file)", `its process did not end within ${fileTimeoutMs / 1000} s`);
    if (name === file) return isEcho(error) ? undefined : fail("(the file)", errorText(error));
    if (!isEcho(error)) open.failed.push(tell(name, errorText(error)));
    if (nesting === 0) close(name);
  });
  events.on("test:stderr", ({ message }) => process.stderr.write(message));
  const unfinished = (): readonly TopTest[] =>
    open.passed + open.failed.length + open.skipped.length === 0 ? [] : [{ name: "(unfinished)", ...open }];
  return { tests: () => [...tests, ...unfinished()], broken, fail };
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
