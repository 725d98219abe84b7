import { reasons, type Reason } from "@ptp/api";
import type { ConditionDraft } from "@ptp/resolve";
import { draft } from "./condition-draft.ts";
import type { ProfileOnNode } from "./node-progress.ts";

/** Nodes named in a message; the others are counted. */
const namedNodes = 5;

/** What is under way and what waits for the user, over some profiles on some nodes. */
export function progressOf(profiles: readonly ProfileOnNode[]): {
  readonly pending?: { readonly reason: Reason; readonly message: string };
  readonly failed?: { readonly reason: Reason; readonly message: string };
} {
  const refused = profiles.flatMap(({ nodeName, profile, progress }) =>
    progress.stage === "refused" ? [`${nodeName} refuses ${profile}: ${inField(progress)}`] : [],
  );
  const failing = profiles.flatMap(({ nodeName, progress }) =>
    progress.stage === "applied" && progress.failing !== undefined ? [`${nodeName}: ${progress.failing}`] : [],
  );
  const away = nodesAt(profiles, "disconnected");
  const pending = nodesAt(profiles, "pending");
  const failed =
    refused.length > 0 ? { reason: reasons.refused, message: some(refused) } : problem(reasons.processFailed, failing);
  const waiting =
    pending.length > 0
      ? { reason: reasons.progressing, message: `no answer yet for the current revision: ${some(pending)}` }
      : problem(reasons.agentDisconnected, away, "the agent is not connected: ");
  return { ...(failed && { failed }), ...(waiting && { pending: waiting }) };
}

function inField({ path, reason }: { readonly path: string; readonly reason: string }): string {
  return path === "" ? reason : `${path}: ${reason}`;
}

function problem(reason: Reason, entries: readonly string[], prefix = "") {
  return entries.length === 0 ? undefined : { reason, message: `${prefix}${some(entries)}` };
}

function nodesAt(profiles: readonly ProfileOnNode[], stage: ProfileOnNode["progress"]["stage"]): readonly string[] {
  return [...new Set(profiles.filter(({ progress }) => progress.stage === stage).map(({ nodeName }) => nodeName))];
}

/** Whether every clock is LOCKED; the worst clock gives the reason, a clock nobody tells of is worse than HOLDOVER. */
export function synchronized(profiles: readonly ProfileOnNode[]): ConditionDraft {
  const type = "Synchronized";
  const bad = (state: "FREERUN" | "UNKNOWN" | "HOLDOVER") =>
    profiles.flatMap(({ nodeName, clocks }) =>
      clocks
        .filter((clock) => clock.state === state)
        .map(({ configName, cause }) => `${nodeName} ${configName} is ${state}${cause[0] ? `: ${cause[0]}` : ""}`),
    );
  const freerun = [...bad("FREERUN"), ...bad("UNKNOWN")];
  if (freerun.length > 0) return draft(type, "False", reasons.freerun, some(freerun));
  const away = nodesAt(profiles, "disconnected");
  if (away.length > 0) return draft(type, "Unknown", reasons.agentDisconnected, `not connected: ${some(away)}`);
  const silent = profiles.filter(({ clocks }) => clocks.length === 0).map(({ nodeName }) => nodeName);
  if (silent.length > 0 || profiles.length === 0) {
    return draft(type, "Unknown", reasons.notReported, silent.length === 0 ? "" : `no report: ${some(silent)}`);
  }
  const holdover = bad("HOLDOVER");
  if (holdover.length > 0) return draft(type, "False", reasons.holdover, some(holdover));
  return draft(type, "True", reasons.locked, some(followed(profiles)));
}

/** Which source each system clock follows that has several. */
function followed(profiles: readonly ProfileOnNode[]): readonly string[] {
  return profiles.flatMap(({ nodeName, clocks }) =>
    clocks.flatMap(({ source }) =>
      source === undefined ? [] : [`${nodeName} follows ${source.interface || "a port"} of ${source.profile}`],
    ),
  );
}

/** Whether the hardware asked for is set. This version sets none, and says so rather than let anything look right. */
export function hardwareApplied(profiles: readonly ProfileOnNode[]): ConditionDraft {
  const needy = profiles.filter((profile) => profile.needsHardware);
  if (needy.length === 0) return draft("HardwareApplied", "True", reasons.notRequired);
  const names = [...new Set(needy.map(({ profile }) => profile))];
  const message = `this version sets no pins, synchronizers or receivers, which these profiles need: ${some(names)}`;
  return draft("HardwareApplied", "False", reasons.unsupported, message);
}

/** The first entries and the number of the others. */
export function some(entries: readonly string[]): string {
  const named = entries.slice(0, namedNodes).join("; ");
  return entries.length > namedNodes ? `${named}; and ${entries.length - namedNodes} more` : named;
}
