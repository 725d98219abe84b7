/** What a replica knows of the agents that come to it. */
export interface Arrivals {
  /** Since when it could serve them. */
  readonly servingSinceUnixMs: number;
  /** When the newest session began; 0: none has. */
  readonly newestUnixMs: number;
}

/** Agents wait 5 s at most between two attempts: where none has come for this long, no other is on its way. */
const lullMs = 10_000;
const shortestMs = 60_000;
const longestMs = 300_000;

/**
 * Until when agents are still expected to find their way back to a replica that was started: a minute, and for as long as
 * they stream in, 5 minutes at most. With a thousand nodes a good part of them waits for the review of its token first.
 */
export function homecomingEndUnixMs({ servingSinceUnixMs, newestUnixMs }: Arrivals): number {
  const streamsUntilUnixMs = Math.min(newestUnixMs + lullMs, servingSinceUnixMs + longestMs);
  return Math.max(servingSinceUnixMs + shortestMs, streamsUntilUnixMs);
}

/**
 * Until when the agent of a node is expected that nobody has ever told of: it may be on its way for the first time. As long
 * as a replica that was started waits, from then on that the node is known.
 */
export function firstContactEndUnixMs(
  knownSinceUnixMs: number,
  { servingSinceUnixMs, newestUnixMs }: Arrivals,
): number {
  return homecomingEndUnixMs({
    servingSinceUnixMs: Math.max(servingSinceUnixMs, knownSinceUnixMs),
    newestUnixMs,
  });
}

/** How long the agents of a replica that is gone get to come to another. */
const orphanMs = 15_000;
const longestOrphanMs = 60_000;

/** Until when the agents of a replica that was missed since then are expected here or elsewhere: longer while they come. */
export function orphansEndUnixMs(goneSinceUnixMs: number, arrivals: Arrivals): number {
  const streamsUntilUnixMs = Math.min(arrivals.newestUnixMs + lullMs, goneSinceUnixMs + longestOrphanMs);
  return Math.max(goneSinceUnixMs + orphanMs, streamsUntilUnixMs, homecomingEndUnixMs(arrivals));
}
