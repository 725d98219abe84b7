import { byBytes } from "@ptp/node";
import type { Conflict } from "./conflict.ts";
import type { LinkedRecommendation, QualifiedProfile } from "./link.ts";
import type { Hit } from "./matcher.ts";
import type { Verdict } from "./resolution.ts";

/** A recommendation that matches a node. */
export interface MatchedRecommendation extends Hit {
  readonly linked: LinkedRecommendation;
}

/** What became of a matching recommendation. */
export interface Judgement extends MatchedRecommendation {
  readonly verdict: Exclude<Verdict, "not-matched">;
  readonly reason: string;
}

/** Which of the matching recommendations are in force, and the profiles that makes. */
export interface Judged {
  readonly judgements: readonly Judgement[];
  /** Sorted by qualified name. */
  readonly profiles: readonly QualifiedProfile[];
  readonly conflicts: readonly Conflict[];
}

/**
 * Applies the priority rule to the recommendations that match a node, given in the order of objects: the lowest number
 * among those that lead to a profile wins, equal ones all apply, a missing one is weaker than any number. One that leads
 * nowhere takes no part, so that it shadows nothing.
 */
export function judge(matches: readonly MatchedRecommendation[]): Judged {
  const able = matches.filter(({ linked }) => linked.target !== undefined);
  const winning = able.reduce((least, { linked }) => Math.min(least, strength(linked)), Number.POSITIVE_INFINITY);
  const strongest = able.find(({ linked }) => strength(linked) === winning);
  const byName = new Map<string, QualifiedProfile>();
  const conflicts: Conflict[] = [];
  const judgements = matches.map((match): Judgement => {
    const { target, failure } = match.linked;
    if (target === undefined) return { ...match, verdict: "rejected", reason: `${match.why}, but ${failure?.reason}` };
    if (strength(match.linked) > winning) return { ...match, verdict: "shadowed", reason: shadowed(match, strongest) };
    const { name } = target.profile;
    const first = byName.get(name) ?? target;
    byName.set(name, first);
    if (first === target) return { ...match, verdict: "taken", reason: taken(match) };
    const conflict = nameConflict(name, first, target);
    conflicts.push(conflict);
    return { ...match, verdict: "rejected", reason: `${match.why}, but ${conflict.message}` };
  });
  const profiles = [...byName.values()].sort((a, b) => byBytes(a.profile.name, b.profile.name));
  return { judgements, profiles, conflicts };
}

function strength({ recommendation }: LinkedRecommendation): number {
  return recommendation.priority ?? Number.POSITIVE_INFINITY;
}

function taken({ why, linked }: MatchedRecommendation): string {
  const { target, config } = linked;
  const other = target === undefined || target.owner === config ? "" : `, which ${target.owner.ref.key} defines`;
  return `${why}, and nothing stronger than ${inWords(linked)} does; runs ${target?.profile.name}${other}`;
}

function shadowed({ why, linked }: MatchedRecommendation, strongest: MatchedRecommendation | undefined): string {
  if (strongest === undefined) return why;
  const { config, recommendation } = strongest.linked;
  const where = `recommend[${recommendation.index}] of ${config.ref.key} ("${recommendation.profile}")`;
  return `${why}, but ${where} with ${inWords(strongest.linked)} is stronger than ${inWords(linked)}`;
}

function inWords({ recommendation: { priority } }: LinkedRecommendation): string {
  return priority === undefined ? "no priority" : `priority ${priority}`;
}

/**
 * Two objects of one name in different namespaces, or of different kinds, can define the same qualified name. The one
 * that comes first in the order of objects has it; the other is refused on nodes that select both.
 */
function nameConflict(name: string, first: QualifiedProfile, refused: QualifiedProfile): Conflict {
  const parties = [first.owner.ref.key, refused.owner.ref.key];
  const message = `${parties.join(" and ")} both define ${name}; the first one runs, rename the other object or profile`;
  return { kind: "qualified-name", subject: name, parties, message };
}
