import type { Instant } from "@ptp/node";
import type { HaSettings } from "@ptp/ptp";
import { earliestMs, settleFact, type Change, type Fact } from "../fact.ts";
import { assess, healthDeadlineMs, unknownHealth, type SourceFacts, type SourceHealth } from "./source-health.ts";

/** One observation of the sources. */
export type HaObservation =
  { readonly kind: "source"; readonly profile: string; readonly facts: SourceFacts } | { readonly kind: "tick" };

/** Which source the system clock follows: exactly one at any time. */
export interface HaChoice {
  /** Its profile. */
  readonly active: Fact<string>;
  readonly healthByProfile: ReadonlyMap<string, SourceHealth>;
}

/** Outcome of one step; `nextTickMs`: when time alone changes something, in monotonic milliseconds. */
export interface HaStep {
  readonly choice: HaChoice;
  /** A switch-over or a return: the one moment at which phc2sys is touched. */
  readonly change?: Change<string>;
  readonly nextTickMs?: number;
}

/** Before anything is known the most wanted source is followed. */
export function initialHaChoice(now: Instant, { order }: HaSettings): HaChoice {
  return {
    active: { value: order[0], since: now, cause: ["the most wanted source, nothing is known of any"] },
    healthByProfile: new Map(order.map((profile) => [profile, unknownHealth(now)])),
  };
}

/**
 * Takes in one observation and chooses. A source is left when it has failed for the heartbeat time and another one has not;
 * it is taken back when it is the more wanted one and has been well for the grace time. If all have failed nothing is
 * switched: it would not help. Pure.
 */
export function stepHa(choice: HaChoice, observation: HaObservation, settings: HaSettings, now: Instant): HaStep {
  const healthByProfile = assessAll(choice, observation, settings, now);
  const next = choose(choice.active.value, healthByProfile, settings);
  const { fact, change } = settleFact(choice.active, next.profile, next.cause, now);
  const nextTickMs = earliestMs(
    [...healthByProfile.values()].map((health) => healthDeadlineMs(health, settings)),
    now,
  );
  return {
    choice: { active: fact, healthByProfile },
    ...(change && { change }),
    ...(nextTickMs !== undefined && { nextTickMs }),
  };
}

/** Sources that are no longer configured are forgotten, new ones are unknown. */
function assessAll(
  { healthByProfile }: HaChoice,
  observation: HaObservation,
  settings: HaSettings,
  now: Instant,
): ReadonlyMap<string, SourceHealth> {
  const known = settings.order.map((profile) => {
    const health = healthByProfile.get(profile) ?? unknownHealth(now);
    const isMeant = observation.kind === "source" && observation.profile === profile;
    return { profile, health, facts: isMeant ? observation.facts : health.facts };
  });
  return new Map(
    known.map(({ profile, health, facts }) => {
      const others = known.filter((each) => each.profile !== profile).flatMap((each) => offeredClass(each.facts) ?? []);
      const bestClass = others.length === 0 ? undefined : Math.min(...others);
      return [profile, assess(health, { facts, bestClass }, settings, now)];
    }),
  );
}

/** Only a source that could be followed sets the standard for the others. */
function offeredClass(facts: SourceFacts | undefined): number | undefined {
  const isUsable = facts !== undefined && facts.processUp && facts.linkUp && facts.state === "LOCKED";
  return isUsable ? facts.clockClass : undefined;
}

function choose(
  active: string,
  healthByProfile: ReadonlyMap<string, SourceHealth>,
  { order }: HaSettings,
): { readonly profile: string; readonly cause: readonly string[] } {
  const isWell = (profile: string) => healthByProfile.get(profile)?.fault === undefined;
  const isTrusted = (profile: string) => isWell(profile) && healthByProfile.get(profile)?.onProbation === false;
  const failure = order.includes(active) ? healthByProfile.get(active)?.failure : "no longer configured";
  if (failure !== undefined) {
    const others = order.filter((profile) => profile !== active);
    const profile = others.find(isTrusted) ?? others.find(isWell);
    if (!order.includes(active)) return { profile: profile ?? order[0], cause: [`${active} is ${failure}`] };
    return profile === undefined
      ? { profile: active, cause: [`${active} failed: ${failure}`] }
      : { profile, cause: [`${active} failed: ${failure}`, `${profile} is well`] };
  }
  const wanted = order.slice(0, order.indexOf(active)).find(isTrusted);
  if (wanted === undefined) return { profile: active, cause: [`${active} is followed`] };
  return { profile: wanted, cause: [`${wanted} is well again and more wanted than ${active}`] };
}
