import { createRateLimit } from "@ptp/kit";
import type { TokenVerdict } from "@ptp/node";
import type { TokenAnswer, TokenQuestion } from "@ptp/wire";

/** Asks the operator of the session whose tokens consumers of events have shown. */
export interface TokenDesk {
  /** Settles within 3 s and never rejects; nothing is remembered here. */
  ask(token: string): Promise<TokenVerdict>;
  /** A session began; its questions go out by `send`. Not called: there is none. */
  open(reviewsTokens: boolean, send: (question: TokenQuestion) => void): void;
  answer(answer: TokenAnswer): void;
  /** The session is over, and with it every question. */
  close(): void;
}

/** What a desk needs. */
export interface TokenDeskOptions {
  readonly monotonicMs: () => number;
  /** Default 3 000. */
  readonly waitMs?: number;
}

const defaultWaitMs = 3_000;

/** Questions under way; the operator takes more. */
const mostAtOnce = 32;

/** The operator ends a session that says more than 20 things a second; reports are among them. */
const burst = 20;
const perSecond = 5;

/** Creates a desk without a session. */
export function createTokenDesk({ monotonicMs, waitMs = defaultWaitMs }: TokenDeskOptions): TokenDesk {
  const limit = createRateLimit(burst, perSecond);
  const underWay = new Map<number, (verdict: TokenVerdict) => void>();
  let session: { readonly reviewsTokens: boolean; readonly send: (question: TokenQuestion) => void } | undefined;
  let lastId = 0;
  const send = (token: string, to: (question: TokenQuestion) => void): Promise<TokenVerdict> =>
    new Promise((resolve) => {
      lastId = (lastId % 0xffff_ffff) + 1;
      const id = lastId;
      const settle = (verdict: TokenVerdict): void => {
        clearTimeout(timer);
        underWay.delete(id);
        resolve(verdict);
      };
      const timer = setTimeout(() => settle(unknown(`the operator did not answer within ${waitMs} ms`)), waitMs);
      underWay.set(id, settle);
      to({ id, token });
    });
  return {
    ask: async (token) => {
      if (session === undefined) return unknown("there is no session with the operator");
      if (!session.reviewsTokens) return unknown("the operator reviews no tokens: update it to this agent's version");
      const isFree = underWay.size < mostAtOnce && limit.take(monotonicMs());
      return isFree ? send(token, session.send) : unknown("too many tokens are new at once");
    },
    open: (reviewsTokens, sendQuestion) => void (session = { reviewsTokens, send: sendQuestion }),
    answer: ({ id, verdict }) => underWay.get(id)?.(verdict),
    close: () => {
      session = undefined;
      for (const settle of underWay.values()) settle(unknown("the session with the operator ended"));
    },
  };
}

function unknown(reason: string): TokenVerdict {
  return { kind: "unknown", reason };
}
