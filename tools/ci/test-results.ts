/** A test that told a reason for not running. */
export interface SkippedTest {
  /** Path from the repository's root. */
  readonly file: string;
  readonly name: string;
  readonly reason: string;
}

/** A test that failed, or a file that could not be run. */
export interface FailedTest {
  readonly file: string;
  readonly name: string;
  readonly error: string;
}

/** How long a file took. */
export interface FileTime {
  readonly file: string;
  readonly seconds: number;
}

/** What a run of one suite came to. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: readonly FailedTest[];
  /** What failed in runs that do not count, because the machine was disturbed in them. */
  readonly repeated: readonly FailedTest[];
  readonly skipped: readonly SkippedTest[];
  /** One entry per file, slowest first. */
  readonly times: readonly FileTime[];
}
