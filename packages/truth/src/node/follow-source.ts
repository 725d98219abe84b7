import type { Instant } from "@ptp/node";
import { settleFact, type Change } from "../fact.ts";
import { stepHa, type HaObservation, type HaStep } from "../ha/ha-choice.ts";
import type { HaDecision, HaWatch } from "../ha/ha-watch.ts";
import { isSameFacts, sourceFactsOf } from "../ha/source-facts.ts";
import type { MachineWorld } from "./node-machine.ts";
import type { MachineTable } from "./node-machines.ts";
import { instanceOf, sourceOf } from "./system-source.ts";

/** The sources of a phc2sys after a step, and each time another one of them came to be followed. */
export interface FollowStep {
  readonly ha: HaWatch;
  readonly changes: readonly Change<string>[];
}

/** What was followed before anything was known. */
export const noSource = "none";

const none: readonly Change<string>[] = [];

/** Which source is followed, now that the clocks of all of them have stepped. */
export function followSource(ha: HaWatch, state: MachineWorld & MachineTable, now: Instant): FollowStep {
  if (ha.decision === undefined) return noteSeen(ha, now);
  const { decision, changes } = decide(ha.decision, state, now);
  return decision === ha.decision ? { ha, changes } : { ha: { ...ha, decision }, changes };
}

/** What a phc2sys that chooses by itself was seen to choose: another one than last time is a change. */
function noteSeen(ha: HaWatch, now: Instant): FollowStep {
  const chosen = [...ha.seen].find(([, isFollowed]) => isFollowed)?.[0];
  if (chosen === undefined || chosen === ha.lastSeen?.value) return { ha, changes: none };
  const before = ha.lastSeen ?? { value: noSource, since: now, cause: [] };
  const { fact, change } = settleFact(before, chosen, [`phc2sys chose ${chosen}`], now);
  return { ha: { ...ha, lastSeen: fact }, changes: change === undefined ? none : [change] };
}

function decide(
  decision: HaDecision,
  state: MachineWorld & MachineTable,
  now: Instant,
): { readonly decision: HaDecision; readonly changes: readonly Change<string>[] } {
  let after = decision;
  let changes = none;
  const take = (observation: HaObservation): void => {
    const step = stepHa(after.choice, observation, after.settings, now);
    after = decisionAfter(after, step);
    if (step.change !== undefined) changes = [...changes, step.change];
  };
  for (const profile of decision.settings.order) {
    const node = instanceOf(state, profile);
    if (node === undefined) continue;
    const facts = sourceFactsOf(node.clock, sourceOf(state, profile)?.status ?? node.clock.status);
    if (!isSameFacts(after.choice.healthByProfile.get(profile)?.facts, facts)) take({ kind: "source", profile, facts });
  }
  if (after.nextTickMs !== undefined && now.monotonicMs >= after.nextTickMs) take({ kind: "tick" });
  return { decision: after, changes };
}

function decisionAfter({ settings }: HaDecision, { choice, nextTickMs }: HaStep): HaDecision {
  return { settings, choice, ...(nextTickMs !== undefined && { nextTickMs }) };
}
