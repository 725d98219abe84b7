import { reasons, type Condition, type NodeClockSource, type NodePtpDeviceStatus } from "@ptp/api";
import type { Happening } from "@ptp/cluster";
import type { ObjectStatus } from "../store/store.ts";

/** A transition in a status, before it is known whose: what an Event says. */
export type Transition = Omit<Happening, "regarding">;

/** Reasons that are of the moment: a config is on its way, and its end is told. */
const passing = new Set<string>([reasons.progressing, reasons.notReported]);

/** Reasons for which the agent of a node comes and goes; of a node they are told as that. */
const ofAgent = new Set<string>([reasons.agentDisconnected]);

/** Reasons that are told where they arise, also while Ready has another. */
const toldElsewhere = new Set<string>([reasons.profilesTooLarge]);

/** What an object that has just been made has not become, but begins with. */
const initial = new Set<string>([reasons.agentDisconnected, reasons.noNodesMatched, reasons.freerun]);

/**
 * The transitions between two statuses of one object, each worth one Event: what was not Ready is, what was is not and
 * why; of a node also its agent, each profile it refuses, and each time its system clock follows another source. Equal statuses give none, so that whoever writes a status
 * tells each once, whatever was restarted in between.
 */
export function transitionsOf(before: ObjectStatus | undefined, now: ObjectStatus): readonly Transition[] {
  return [
    ...agentTransitions(before, now),
    ...readyTransitions(before, now),
    ...refusals(before, now),
    ...sourceTransitions(before, now),
  ];
}

function readyTransitions(before: ObjectStatus | undefined, now: ObjectStatus): readonly Transition[] {
  const [was, is] = [readyOf(before), readyOf(now)];
  if (is === undefined || (was?.status === is.status && was.reason === is.reason)) return [];
  const { status, reason, message } = is;
  if (status === "True") return [{ type: "Normal", reason: "Ready", action: "Ready", note: readyNote(now) }];
  if (passing.has(reason) || toldElsewhere.has(reason) || (was === undefined && initial.has(reason))) return [];
  if (ofAgent.has(reason) && "agent" in now) return [];
  return [{ type: "Warning", reason, action: "Ready", note: message || `not ready: ${reason}` }];
}

function readyOf(status: ObjectStatus | undefined): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready");
}

function readyNote({ summary, revision, observedGeneration }: ObjectStatus): string {
  const nodes = (summary as { readonly matchedNodes?: unknown } | undefined)?.matchedNodes;
  if (typeof nodes === "number") {
    return `generation ${observedGeneration} is applied and locked on ${nodes} ${nodes === 1 ? "node" : "nodes"}`;
  }
  return typeof revision === "string" ? `all profiles of revision ${revision} run and are locked` : "all is well";
}

function agentTransitions(before: NodePtpDeviceStatus | undefined, now: NodePtpDeviceStatus): readonly Transition[] {
  const [was, is] = [before?.agent?.connected, now.agent?.connected];
  if (is === undefined || was === is || (was === undefined && !is)) return [];
  const note = is ? "the agent is connected" : "the agent is not connected; what the node ran goes on without reports";
  const reason = is ? "AgentConnected" : reasons.agentDisconnected;
  return [{ type: is ? "Normal" : "Warning", reason, action: "Connect", note }];
}

function refusals(before: NodePtpDeviceStatus | undefined, now: NodePtpDeviceStatus): readonly Transition[] {
  const known = new Set(refusedOf(before).map(({ note }) => note));
  return refusedOf(now).filter(({ note }) => !known.has(note));
}

/** A system clock that follows a source for the first time has switched from none. */
function sourceTransitions(
  { clocks: known = [] }: NodePtpDeviceStatus = {},
  { clocks = [] }: NodePtpDeviceStatus,
): readonly Transition[] {
  return clocks.flatMap(({ config, source }) => {
    const was = known.find((each) => each.config === config)?.source;
    if (was === undefined || source === undefined || was.profile === source.profile) return [];
    const note = `the system clock follows ${nicOf(source)} instead of ${nicOf(was)}: ${source.cause.join("; ")}`;
    return [{ type: "Normal" as const, reason: "SourceChanged", action: "Follow", note }];
  });
}

function nicOf({ interface: name, profile }: NodeClockSource): string {
  return name === "" ? profile : `${name} of ${profile}`;
}

function refusedOf({ profiles = [] }: NodePtpDeviceStatus = {}): readonly Transition[] {
  return profiles.flatMap(({ name, outcome, path, reason = "" }) =>
    outcome === "applied"
      ? []
      : [
          {
            type: "Warning" as const,
            reason: "ProfileRefused",
            action: `Apply ${name}`,
            note: `profile ${name} is refused: ${path ? `${path}: ` : ""}${reason}`,
          },
        ],
  );
}
