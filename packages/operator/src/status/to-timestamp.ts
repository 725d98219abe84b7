/** RFC 3339 has years of four digits; beyond them the API server refuses a time, and far beyond them a Date throws. */
const earliestUnixMs = Date.parse("0000-01-01T00:00:00.000Z");
const latestUnixMs = Date.parse("9999-12-31T23:59:59.999Z");

/** RFC 3339 text of a time that an agent told, or of the nearest that has one: a node's clock may be anywhere. */
export function toTimestamp(unixMs: number): string {
  const told = Number.isNaN(unixMs) ? 0 : unixMs;
  return new Date(Math.max(earliestUnixMs, Math.min(latestUnixMs, told))).toISOString();
}
