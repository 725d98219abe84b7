import { reasons, type NodeLeapSeconds, type NodePtpDeviceStatus, type Reason } from "@ptp/api";
import type { LeapReport, LeapStanding, NodeReport } from "@ptp/node";
import type { ConditionDraft } from "@ptp/resolve";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { draft } from "./condition-draft.ts";
import { toTimestamp } from "./to-timestamp.ts";

const reasonByStanding: Readonly<Record<LeapStanding, Reason>> = {
  known: reasons.succeeded,
  expiring: reasons.leapListExpiring,
  expired: reasons.leapListExpired,
  refused: reasons.leapListRefused,
  contradicted: reasons.leapListContradicted,
};

/** What the status of a node says of its leap seconds; nothing where no program asks for them. */
export function leapStatus(report: NodeReport | undefined): Pick<NodePtpDeviceStatus, "leapSeconds"> {
  if (report?.leapSeconds === undefined) return {};
  const { standing, origin, utcOffsetS: utcOffset, expiresUnixMs, message } = report.leapSeconds;
  return { leapSeconds: { standing, origin, utcOffset, expires: toTimestamp(expiresUnixMs), message } };
}

/** The way back. */
export function leapReportOf({ standing, origin, utcOffset, expires, message }: NodeLeapSeconds): LeapReport {
  return { standing, origin, utcOffsetS: utcOffset, expiresUnixMs: Date.parse(expires), message };
}

/** The condition of a node whose programs ask for leap seconds. */
export function leapSecondsKnown(facts: SessionFacts | undefined): readonly ConditionDraft[] {
  const { connected = false, report } = facts ?? {};
  if (report?.leapSeconds === undefined) return [];
  const { standing, message } = report.leapSeconds;
  const type = "LeapSecondsKnown";
  if (!connected)
    return [draft(type, "Unknown", reasons.agentDisconnected, `the agent is not connected; last told: ${message}`)];
  return [draft(type, standing === "known" ? "True" : "False", reasonByStanding[standing], message)];
}
