import type { Judgement } from "./judge.ts";
import type { LinkedRecommendation } from "./link.ts";
import { describeRules } from "./match-rules.ts";
import type { RecommendationExplanation } from "./resolution.ts";

/** What is said about recommendations that do not match a node; the same object for every such node. */
export interface UnmatchedExplanations {
  of(linked: LinkedRecommendation): RecommendationExplanation;
}

/** Keeps each explanation once, made when first asked for. */
export function createUnmatchedExplanations(): UnmatchedExplanations {
  const known = new WeakMap<LinkedRecommendation, RecommendationExplanation>();
  return {
    of: (linked) => {
      const made = known.get(linked) ?? explainUnmatched(linked);
      known.set(linked, made);
      return made;
    },
  };
}

/** Explains every recommendation of a snapshot for one node, given what became of those that match it. */
export function explain(
  recommendations: readonly LinkedRecommendation[],
  judgements: readonly Judgement[],
  unmatched: UnmatchedExplanations,
): readonly RecommendationExplanation[] {
  const byLinked = new Map(judgements.map((judgement) => [judgement.linked, judgement]));
  return recommendations.map((linked) => {
    const judgement = byLinked.get(linked);
    if (judgement === undefined) return unmatched.of(linked);
    return { ...about(linked), verdict: judgement.verdict, reason: judgement.reason };
  });
}

/** An unreadable recommendation is rejected whatever its rules might have said. */
function explainUnmatched(linked: LinkedRecommendation): RecommendationExplanation {
  const { config, recommendation, failure } = linked;
  const { problem, match } = recommendation;
  if (problem !== undefined) return { ...about(linked), verdict: "rejected", reason: problem };
  const rules = describeRules({ match, emptyMatchSelects: config.emptyMatchSelects });
  const reason = failure === undefined ? rules : `${rules}; besides, ${failure.reason}`;
  return { ...about(linked), verdict: "not-matched", reason };
}

function about({ config, recommendation: { index, profile, priority } }: LinkedRecommendation) {
  return { object: config.ref.key, index, profile, priority: priority ?? null };
}
