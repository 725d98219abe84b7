import type { Findings } from "../findings/finding.ts";

/** An object gets at most this many errors and as many warnings; more help nobody and bloat the answer. */
const maxEach = 200;

/** Joins the findings of several rules, in order. */
export function collect(parts: readonly Findings[]): Findings {
  return {
    errors: parts.flatMap(({ errors }) => errors).slice(0, maxEach),
    warnings: parts.flatMap(({ warnings }) => warnings).slice(0, maxEach),
  };
}
