import type { StepResult } from "./step.ts";

/** What came of all steps, for people: a line per step, and under it what went wrong. */
export function summary(results: readonly StepResult[], totalMs: number): readonly string[] {
  const width = Math.max(0, ...results.map(({ title }) => title.length));
  const lines = results.flatMap(({ good, title, tookMs, problems }) => [
    `${good ? "ok  " : "FAIL"}  ${title.padEnd(width)}  ${seconds(tookMs).padStart(8)}`,
    ...problems.map((problem) => `        ${problem}`),
  ]);
  const failed = results.filter(({ good }) => !good).length;
  const verdict =
    failed === 0 ? `all ${results.length} steps came true` : `${failed} of ${results.length} steps failed`;
  return [...lines, `${verdict}, ${seconds(totalMs)} in all`];
}

/** Milliseconds as seconds, e.g. `1.25 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
