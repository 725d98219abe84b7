import { keepsTime, type ClockReport, type NodeReport, type ProfileOutcome } from "@ptp/node";
import type { NodeResolution } from "@ptp/resolve";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { needsHardware } from "./needs-hardware.ts";

/** How far one profile is on one node. */
export type ProfileProgress =
  /** The agent is not connected. */
  | { readonly stage: "disconnected" }
  /** The agent has not yet answered for the wanted revision. */
  | { readonly stage: "pending" }
  | { readonly stage: "refused"; readonly path: string; readonly reason: string }
  /** Runs; `failing`: a process of it does not stay up. */
  | { readonly stage: "applied"; readonly failing?: string };

/** One profile on one node. */
export interface ProfileOnNode {
  readonly nodeName: string;
  /** Qualified name. */
  readonly profile: string;
  readonly progress: ProfileProgress;
  /** Those that keep time. */
  readonly clocks: readonly ClockReport[];
  readonly needsHardware: boolean;
}

/** Every profile of a node with how far it is. */
export function profilesOnNode(
  nodeName: string,
  { config, revision }: NodeResolution,
  facts: SessionFacts | undefined,
): readonly ProfileOnNode[] {
  const report = facts?.report?.revision === revision ? facts.report : undefined;
  return config.profiles.map((profile) => ({
    nodeName,
    profile: profile.name,
    progress: progressOf(profile.name, revision, facts),
    clocks: report?.clocks.filter((clock) => clock.profile === profile.name && keepsTime(clock)) ?? [],
    needsHardware: needsHardware(profile, config.hardware),
  }));
}

function progressOf(name: string, revision: string, facts: SessionFacts | undefined): ProfileProgress {
  if (facts === undefined || !facts.connected) return { stage: "disconnected" };
  if (facts.unsendable !== undefined) return { stage: "refused", path: "", reason: facts.unsendable };
  const { result, report } = facts;
  // An agent that could not store a config tries again by itself; then its report tells of that revision.
  const isReported = report?.revision === revision;
  if (!isReported && result?.revision === revision && result.refusal !== undefined) {
    return { stage: "refused", path: "", reason: `${result.refusal.kind}: ${result.refusal.reason}` };
  }
  const outcome = outcomeOf(name, revision, facts);
  if (outcome === undefined) return { stage: "pending" };
  if (outcome.outcome === "refused") return { stage: "refused", path: outcome.path, reason: outcome.reason };
  const failing = isReported ? failingProcess(name, report) : undefined;
  return { stage: "applied", ...(failing === undefined ? {} : { failing }) };
}

/** A report is newer than the Result it follows. */
function outcomeOf(name: string, revision: string, { result, report }: SessionFacts): ProfileOutcome | undefined {
  const reported = report?.revision === revision ? report.outcomes : [];
  const answered = result?.revision === revision ? result.profiles : [];
  return [...reported, ...answered].find((outcome) => outcome.name === name);
}

function failingProcess(name: string, { processes }: NodeReport): string | undefined {
  const failing = processes.find(({ profile, state }) => profile === name && state === "backoff");
  return failing === undefined ? undefined : `${failing.program} does not stay up: ${failing.lastExit}`;
}
