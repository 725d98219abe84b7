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

/** What a run of one suite came to. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: readonly FailedTest[];
  readonly skipped: readonly SkippedTest[];
}
