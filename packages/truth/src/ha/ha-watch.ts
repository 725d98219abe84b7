import type { Instant, NodeProfile } from "@ptp/node";
import { haProfileNames, haSettings, type HaSettings } from "@ptp/ptp";
import type { Fact } from "../fact.ts";
import { initialHaChoice, type HaChoice } from "./ha-choice.ts";
import type { ObservedChoice } from "./observed-choice.ts";

/** The profiles whose clocks one phc2sys can follow, and which one it does. */
export interface HaWatch {
  /** Interfaces of the ptp4l of each profile; in the order of `haProfiles`. */
  readonly interfacesByProfile: Readonly<Record<string, readonly string[]>>;
  /** What it was seen to choose. */
  readonly seen: ObservedChoice;
  /** The last one that it was seen to choose, also while it is down. */
  readonly lastSeen?: Fact<string>;
  /** Absent: phc2sys chooses. */
  readonly decision?: HaDecision;
}

/** A choice that is made here, for a phc2sys that follows what it is told to. */
export interface HaDecision {
  readonly settings: HaSettings;
  readonly choice: HaChoice;
  /** When time alone changes something, in monotonic milliseconds. */
  readonly nextTickMs?: number;
}

/** A ptp4l as far as its lines are told apart by. */
interface Ptp4lInterfaces {
  readonly profile: string;
  readonly interfaces: readonly string[];
}

/**
 * What there is to watch of a phc2sys of that profile; undefined if it has no `haProfiles`. A named profile without a ptp4l
 * on this node is left out: it cannot be followed.
 */
export function beginHaWatch(
  profile: Pick<NodeProfile, "ptpSettings" | "highAvailability"> | undefined,
  ptp4lInstances: readonly Ptp4lInterfaces[],
  now: Instant,
): HaWatch | undefined {
  const named = haProfileNames(profile?.ptpSettings);
  const sources = named.filter((name) => ptp4lInstances.some((each) => each.profile === name));
  if (sources.length === 0) return undefined;
  const interfacesOf = (name: string) =>
    ptp4lInstances.filter((each) => each.profile === name).flatMap(({ interfaces }) => interfaces);
  const settings = haSettings(profile?.highAvailability ?? {}, sources);
  return {
    interfacesByProfile: Object.fromEntries(sources.map((name) => [name, interfacesOf(name)])),
    seen: new Map(),
    ...(settings && { decision: { settings, choice: initialHaChoice(now, settings) } }),
  };
}

/**
 * Goes on under another plan. A choice made here stays under other settings: what they make of it the next step tells. What
 * phc2sys chose stays among the same profiles; among others it is started anew and chooses.
 */
export function keepHaWatch(before: HaWatch | undefined, after: HaWatch | undefined): HaWatch | undefined {
  if (before === undefined || after === undefined) return after;
  if (after.decision !== undefined) {
    const choice = before.decision?.choice ?? after.decision.choice;
    return { ...after, decision: { settings: after.decision.settings, choice, nextTickMs: -Infinity } };
  }
  const [were, are] = [before, after].map(({ interfacesByProfile }) => Object.keys(interfacesByProfile).join());
  if (before.decision !== undefined || were !== are) return after;
  return { ...after, seen: before.seen, ...(before.lastSeen && { lastSeen: before.lastSeen }) };
}

/** What it follows as far as that is known now. */
export function followedSource({ decision, seen, lastSeen }: HaWatch): Fact<string> | undefined {
  if (decision !== undefined) return decision.choice.active;
  return lastSeen !== undefined && seen.get(lastSeen.value) === true ? lastSeen : undefined;
}

/** Of each profile whether it is followed; one of which that is not known is left out. */
export function choiceOf({ decision, seen }: HaWatch): ObservedChoice {
  if (decision === undefined) return seen;
  const { settings, choice } = decision;
  return new Map(settings.order.map((profile) => [profile, profile === choice.active.value]));
}
