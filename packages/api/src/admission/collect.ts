import type { Finding, Findings } from "../findings/finding.ts";

/** An object gets at most this many errors and as many warnings; more help nobody and bloat the answer. */
export const maxEach = 200;

/** Longest message; names and values of any length stand in messages. */
export const maxMessageLength = 1000;

/** Joins the findings of several rules, in order and within bounds. */
export function collect(parts: readonly Findings[]): Findings {
  return {
    errors: parts.flatMap(({ errors }) => errors.map(bounded)).slice(0, maxEach),
    warnings: parts.flatMap(({ warnings }) => warnings.map(bounded)).slice(0, maxEach),
  };
}

function bounded(finding: Finding): Finding {
  const { message, got } = finding;
  if (message.length <= maxMessageLength && (got?.length ?? 0) <= maxMessageLength) return finding;
  return { ...finding, message: cut(message), ...(got === undefined ? {} : { got: cut(got) }) };
}

function cut(text: string): string {
  return text.length <= maxMessageLength ? text : `${text.slice(0, maxMessageLength)}…`;
}
