import { reasons, type Reason } from "@ptp/api";
import { some } from "../../status/aspects.ts";
import { draft } from "../../status/condition-draft.ts";
import type { AgentsJudgement } from "../operator-config/agents-standing.ts";
import type { UpdateUnderWay } from "./update-progress.ts";
import type { RolloutFacts, UpdateMode, UpdateSettings } from "./rollout-view.ts";

/** What the facts of an update are made of. */
export interface FactSources {
  readonly mode: UpdateMode;
  readonly outdated: number;
  readonly underWay: readonly UpdateUnderWay[];
  readonly settings: UpdateSettings;
}

/** How an update stands, with the nodes it waits for. */
export function factsOf({ mode, outdated, underWay, settings }: FactSources): RolloutFacts {
  const overdue = underWay.filter(({ isOverdue }) => isOverdue);
  if (overdue.length > 0) {
    const limit = `${settings.deadlineMs / 1000} s`;
    const message = `stopped, since not as before within ${limit}: ${named(overdue)}; ${outdated} still to be updated`;
    return { state: "stalled", outdated, message };
  }
  if (outdated === 0 && underWay.length === 0) return { state: "updated", outdated, message: "" };
  const waiting = underWay.length === 0 ? "" : `; ${named(underWay)}`;
  const message = `${outdated} to be updated${waiting}`;
  if (mode === "pause" && outdated > 0)
    return { state: "paused", outdated, message: `paused by annotation: ${message}` };
  return { state: "progressing", outdated, message };
}

function named(updates: readonly UpdateUnderWay[]): string {
  return some(updates.map(({ nodeName, waitsFor }) => `${nodeName} waits for ${waitsFor}`));
}

/** The judgement of the agents' DaemonSet with the condition AgentsUpdated, which says how their update stands. */
export function withRollout(judgement: AgentsJudgement, facts: RolloutFacts | undefined): AgentsJudgement {
  if (facts === undefined || judgement.aspects.length === 0) return judgement;
  const { state, message } = facts;
  const { pending, aspects } = judgement;
  const told = (reason: Reason) => draft("AgentsUpdated", state === "updated" ? "True" : "False", reason, message);
  switch (state) {
    case "updated":
      return { ...judgement, aspects: [...aspects, told(reasons.succeeded)] };
    case "progressing":
      return {
        aspects: [...aspects, told(reasons.progressing)],
        pending: pending ?? { reason: reasons.progressing, message },
      };
    case "paused":
      return { aspects: [...aspects, told(reasons.updatePaused)] };
    case "stalled":
      return { aspects: [...aspects, told(reasons.updateStalled)] };
  }
}
