import { certificateWindow } from "./certificate-window.ts";
import { clockProblem } from "./clock-problem.ts";
import type { OperatorTls } from "./operator-target.ts";
import type { SessionProblem } from "./session-problem.ts";

/** Where the operator was looked for. */
export interface DiagnosedTarget {
  readonly operator: string;
  readonly tls?: OperatorTls;
}

/** Creates what explains a failed session further: of a clock that is wrong it looks up both times. */
export function createDiagnosis(
  { operator, tls }: DiagnosedTarget,
  isConfigured: () => boolean,
  nowUnixMs: () => number = Date.now,
): (problem: SessionProblem) => Promise<SessionProblem> {
  return async (problem) => {
    if (problem.reason !== "clock" || tls === undefined) return problem;
    const now = nowUnixMs();
    const window = await certificateWindow(operator, now);
    return clockProblem({ nowUnixMs: now, window, isConfigured: isConfigured() });
  };
}
