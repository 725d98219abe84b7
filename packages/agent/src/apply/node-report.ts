import type { ClockReport, LeapReport, NodeReport, ProcessReport } from "@ptp/node";
import type { InForce } from "./plan-config.ts";

/** What a report is made of. */
export interface NodeReportParts {
  readonly inForce: InForce | undefined;
  readonly clocks: readonly ClockReport[];
  readonly processes: readonly ProcessReport[];
  /** What is off on this node, beside what its plan says. */
  readonly notices: readonly string[];
  /** Undefined: no program asks for leap seconds. */
  readonly leapSeconds?: LeapReport | undefined;
}

/** Far above what a person reads; a report has to stay small. */
const maxNotices = 100;

/** The complete state of a node. */
export function nodeReport({ inForce, clocks, processes, notices, leapSeconds }: NodeReportParts): NodeReport {
  return {
    revision: inForce?.accepted.issued.revision ?? "",
    outcomes: inForce?.outcomes ?? [],
    clocks,
    processes,
    notices: [...notices, ...planNotices(inForce)].slice(0, maxNotices),
    ...(leapSeconds && { leapSeconds }),
  };
}

function planNotices(inForce: InForce | undefined): readonly string[] {
  const { notices = [], hardwareUnsupported = [] } = inForce?.plan ?? {};
  return [
    ...notices.map(({ profile, path, message }) => `profile ${profile}: ${path}: ${message}`),
    ...hardwareUnsupported.map(
      ({ profile, needs }) => `profile ${profile}: hardware settings are not applied yet, it needs ${needs.join(", ")}`,
    ),
  ];
}
