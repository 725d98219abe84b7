import { metricUses, type ExpressionUses } from "./promql/metric-uses.ts";
import type { LabelsByMetric } from "./known-metrics.ts";

/** What is wrong with an expression and with the labels that texts take from its result; nothing if all exist. */
export function expressionProblems(
  expression: string,
  shownLabels: readonly string[],
  known: LabelsByMetric,
): readonly string[] {
  let uses: ExpressionUses;
  try {
    uses = metricUses(expression);
  } catch (error) {
    return [`${(error as Error).message} in ${expression}`];
  }
  const { metrics, keptLabels } = uses;
  if (metrics.length === 0) return [`${expression} asks for no metric`];
  const all = new Set(metrics.flatMap(({ name }) => known.get(name) ?? []));
  const shown = new Set(keptLabels ?? all);
  return [
    ...metrics.filter(({ name }) => !known.has(name)).map(({ name }) => `${name} is no metric of this system`),
    ...metrics.flatMap(({ name, matchedLabels }) =>
      matchedLabels
        .filter((label) => known.get(name)?.includes(label) === false)
        .map((label) => `${name} has no ${label}`),
    ),
    ...(keptLabels ?? [])
      .filter((label) => !all.has(label))
      .map((label) => `no metric of it has ${label}: ${expression}`),
    ...shownLabels.filter((label) => !shown.has(label)).map((label) => `its result has no ${label}: ${expression}`),
  ];
}
