import type { LeapReport, LeapStanding } from "@ptp/node";
import type { LeapView } from "@ptp/truth";

/** What is wrong with lists on their way, for people. */
export interface LeapTrouble {
  /** A list that the node was given and refused; the last good one stays. */
  readonly refused?: string;
  /** The file for programs is not the agent's to write, or cannot be written. */
  readonly unwritten?: string;
}

/** How the node stands with leap seconds: the worst of what can be said, first. */
export function leapReport(view: LeapView, { refused }: LeapTrouble): LeapReport {
  const { origin, validity, cause, expiresUnixMs, utc, contradiction } = view;
  const told = (standing: LeapStanding, message: string): LeapReport => {
    return { standing, origin, utcOffsetS: utc.currentUtcOffsetS, expiresUnixMs, message };
  };
  const why = cause.join("; ");
  if (validity === "expired") return told("expired", why);
  if (refused !== undefined) return told("refused", `${refused}; in force: ${why}`);
  if (contradiction !== undefined) return told("contradicted", contradiction);
  return told(validity === "expiring" ? "expiring" : "known", why);
}

/** What people should know of a node whose programs ask for leap seconds. */
export function leapNotices(view: LeapView, { refused, unwritten }: LeapTrouble): readonly string[] {
  const { validity, cause, contradiction } = view;
  const ending = validity === "valid" ? [] : [cause.join("; ")];
  return [refused, unwritten, contradiction].flatMap((each) => each ?? []).concat(ending);
}
