/** Longest wait a server can ask for, in whatever way; more would be deafness. */
export const longestRetryAfterMs = 60_000;

/** Milliseconds a Retry-After header in seconds asks for (RFC 9110 section 10.2.3); dates and other text give undefined. */
export function parseRetryAfter(header: string | readonly string[] | undefined): number | undefined {
  const text = typeof header === "string" ? header : header?.[0];
  if (text === undefined || !/^\s*\d{1,9}\s*$/.test(text)) return undefined;
  return Math.min(Number(text) * 1000, longestRetryAfterMs);
}
