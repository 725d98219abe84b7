import { createHash } from "node:crypto";
import { resourcePath, type ApiClient, type Resource } from "@ptp/cluster";
import { createTurnstile, messageOf } from "@ptp/kit";
import { AgentRefusal } from "./agent-refusal.ts";
import type { TokenReviewStatus } from "./review-of-token.ts";
import type { ReadToken } from "./read-token.ts";

/** What a reviewer needs. */
export interface TokenReviewerOptions<R extends { readonly ok: boolean }> {
  readonly client: Pick<ApiClient, "request">;
  /** The API server is asked whether a token is for it. */
  readonly audience: string;
  /** What its answer means. */
  readonly judge: (status: TokenReviewStatus) => R;
  /** Says how long a token still lives, and nothing else: it may be set back. */
  readonly nowUnixMs: () => number;
  /** Default: that of the process. */
  readonly monotonicMs?: () => number;
  readonly limits?: ReviewLimits;
}

/** Bounds of a reviewer. */
export interface ReviewLimits {
  /**
   * Reviews at a time: each has a connection of its own, and the API server is asked no faster by more of them. All agents
   * come at once when another replica ends; whoever waits has done its TLS handshake, which costs more than its place here.
   */
  readonly atOnce: number;
  readonly waiting: number;
  /** Whoever waits longer is sent away: an API server that hangs must not be asked for those that have long gone. */
  readonly waitMs: number;
  /** A proof is believed for this long. */
  readonly rememberMs: number;
}

/** Asks the API server whose tokens are. */
export interface TokenReviewer<R> {
  /** @throws AgentRefusal UNAVAILABLE if the API server does not answer, RESOURCE_EXHAUSTED if too many ask at once. */
  review(token: ReadToken): Promise<R>;
  /** How many tokens wait for others to be reviewed first. */
  waiting(): number;
}

const tokenReviews: Resource = {
  group: "authentication.k8s.io",
  version: "v1",
  plural: "tokenreviews",
  kind: "TokenReview",
  namespaced: false,
};

/** A refusal may be of a moment, as of a key that the API server has not loaded yet. */
const refusalRememberedMs = 5000;
const longestMemory = 20_000;

/** Agents that come back at once after a break cost one review each. */
const agentLimits: ReviewLimits = { atOnce: 16, waiting: 5000, waitMs: 20_000, rememberMs: 60_000 };

/** Creates a reviewer with a memory by the tokens' hashes; one token is asked for once however many calls bring it. */
export function createTokenReviewer<R extends { readonly ok: boolean }>(
  options: TokenReviewerOptions<R>,
): TokenReviewer<R> {
  const { client, audience, judge, nowUnixMs, limits = agentLimits } = options;
  const { monotonicMs = () => performance.now() } = options;
  const memory = createReviewMemory<R>(monotonicMs);
  const underWay = new Map<string, Promise<R>>();
  const turnstile = createTurnstile(limits.atOnce);

  const ask = async ({ token, expiresUnixMs }: ReadToken, hash: string): Promise<R> => {
    const sinceMs = monotonicMs();
    const status = await turnstile.pass(() => {
      if (monotonicMs() - sinceMs > limits.waitMs) {
        throw new AgentRefusal("UNAVAILABLE", "review-failed", "the API server is slow: try again");
      }
      return requestReview(client, token, audience);
    });
    const reviewed = judge(status);
    const lifeMs = reviewed.ok ? limits.rememberMs : refusalRememberedMs;
    memory.keep(hash, reviewed, Math.min(lifeMs, expiresUnixMs - nowUnixMs()));
    return reviewed;
  };

  return {
    waiting: () => turnstile.waiting(),
    review: (token) => {
      const hash = createHash("sha256").update(token.token).digest("base64");
      const known = memory.get(hash);
      if (known !== undefined) return Promise.resolve(known);
      const asked = underWay.get(hash);
      if (asked !== undefined) return asked;
      if (turnstile.waiting() >= limits.waiting) {
        const reason = "too many tokens are reviewed at once: try again";
        return Promise.reject(new AgentRefusal("RESOURCE_EXHAUSTED", "too-many-reviews", reason));
      }
      const asking = ask(token, hash).finally(() => underWay.delete(hash));
      underWay.set(hash, asking);
      return asking;
    },
  };
}

/** What was found of tokens, by their hashes, each for as long as it is believed. */
interface ReviewMemory<R> {
  get(hash: string): R | undefined;
  keep(hash: string, reviewed: R, lifeMs: number): void;
}

/** By the monotonic clock: one that is set back would keep what has ended. */
function createReviewMemory<R>(monotonicMs: () => number): ReviewMemory<R> {
  const memory = new Map<string, { readonly untilMs: number; readonly reviewed: R }>();
  return {
    get: (hash) => {
      const known = memory.get(hash);
      if (known !== undefined && monotonicMs() < known.untilMs) return known.reviewed;
      memory.delete(hash);
      return undefined;
    },
    keep: (hash, reviewed, lifeMs) => {
      memory.set(hash, { untilMs: monotonicMs() + lifeMs, reviewed });
      if (memory.size > longestMemory) for (const oldest of [...memory.keys()].slice(0, 100)) memory.delete(oldest);
    },
  };
}

async function requestReview(
  client: Pick<ApiClient, "request">,
  token: string,
  audience: string,
): Promise<TokenReviewStatus> {
  const body = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    spec: { token, audiences: [audience] },
  };
  try {
    const path = resourcePath(tokenReviews);
    const answer = await client.request({ method: "POST", path, body, timeoutMs: 10_000 });
    return (answer as { readonly status?: TokenReviewStatus } | undefined)?.status ?? {};
  } catch (error) {
    const reason = `the token cannot be reviewed now: ${messageOf(error)}`;
    throw new AgentRefusal("UNAVAILABLE", "review-failed", reason, { cause: error });
  }
}
