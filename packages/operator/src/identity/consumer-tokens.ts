import type { ApiClient } from "@ptp/cluster";
import { messageOf } from "@ptp/kit";
import { consumerAudience, longestConsumerToken, type TokenVerdict } from "@ptp/node";
import { readToken } from "./read-token.ts";
import type { TokenReviewStatus } from "./review-of-token.ts";
import { createTokenReviewer } from "./token-reviewer.ts";

/** What the review of consumers' tokens needs. */
export interface ConsumerTokensOptions {
  readonly client: Pick<ApiClient, "request">;
  readonly nowUnixMs: () => number;
}

/** Says whose token it is. Never rejects. */
export type ReviewConsumerToken = (token: string) => Promise<TokenVerdict>;

type Judged = { readonly ok: true; readonly subject: string } | { readonly ok: false; readonly reason: string };

/**
 * Places of their own, and few: consumers must not take those of agents, and whoever asks waits for seconds only. Who asked
 * remembers for a minute; here it is for a token that several nodes are shown at once.
 */
const limits = { atOnce: 4, waiting: 256, waitMs: 2_000, rememberMs: 5_000 };

/**
 * Creates the review of tokens that consumers of events showed to agents. Only tokens for events are reviewed: an agent
 * cannot find out by it what any other token is good for.
 */
export function createConsumerTokens({ client, nowUnixMs }: ConsumerTokensOptions): ReviewConsumerToken {
  const reviewer = createTokenReviewer({ client, audience: consumerAudience, judge, nowUnixMs, limits });
  return async (token) => {
    if (token.length > longestConsumerToken) return { kind: "invalid", reason: "the token is too long" };
    const read = readToken([`Bearer ${token}`], { audience: consumerAudience, nowUnixMs: nowUnixMs() });
    if (!read.ok) return { kind: "invalid", reason: read.reason };
    try {
      const judged = await reviewer.review(read);
      if (!judged.ok) return { kind: "invalid", reason: judged.reason };
      return { kind: "valid", subject: judged.subject };
    } catch (error) {
      return { kind: "unknown", reason: messageOf(error) };
    }
  };
}

function judge({ authenticated, audiences, user, error }: TokenReviewStatus): Judged {
  if (authenticated !== true) {
    return { ok: false, reason: `the API server refuses the token: ${error || "it gives no reason"}` };
  }
  // An API server that does not know of audiences leaves them out: then the token may be for anything.
  if (audiences?.includes(consumerAudience) !== true) {
    return { ok: false, reason: `the token is not proven to be for audience ${consumerAudience}` };
  }
  const subject = user?.username ?? "";
  return subject === "" ? { ok: false, reason: "the token names nobody" } : { ok: true, subject };
}
