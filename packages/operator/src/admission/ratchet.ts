import type { Finding, Findings } from "@ptp/api";

/**
 * What an edit is to be refused for: errors that the object did not have before. Those it had stay warnings, so that
 * who repairs one thing, or changes another, need not repair all at once. Places in lists may have moved: an error is the
 * same if its message is, at the same path but for positions, as often as it was there.
 */
export function ratchet(now: Findings, before: Findings): Findings {
  const known = new Map<string, number>();
  for (const error of before.errors) known.set(keyOf(error), (known.get(keyOf(error)) ?? 0) + 1);
  const [errors, old]: [Finding[], Finding[]] = [[], []];
  for (const error of now.errors) {
    const left = known.get(keyOf(error)) ?? 0;
    known.set(keyOf(error), left - 1);
    (left > 0 ? old : errors).push(error);
  }
  const demoted = old.map((error) => ({ ...error, message: `not new, but refused in a new object: ${error.message}` }));
  return { errors, warnings: [...demoted, ...now.warnings] };
}

function keyOf({ path, message }: Finding): string {
  return `${path.replaceAll(/\[\d+\]/g, "[]")} ${message}`;
}
