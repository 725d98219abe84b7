import { createHash } from "node:crypto";
import { createRateLimit, readTokenClaims, type Logger, type RateLimit } from "@ptp/kit";
import { consumerAudience, longestConsumerToken, type TokenVerdict } from "@ptp/node";
import type { AskToken } from "./answer-tokens.ts";
import type { TokenVerifier } from "./caller.ts";

/** What a verifier needs. */
export interface TokenVerifierOptions {
  /** Asks the cluster, by way of agent and operator. */
  readonly ask: AskToken;
  /** Who may change subscriptions: names, or their beginnings with a `*` at the end; empty: whoever has a valid token. */
  readonly subjects: readonly string[];
  /** Says whether a token has expired, and nothing else. */
  readonly nowUnixMs: () => number;
  readonly monotonicMs: () => number;
  readonly log: Logger;
}

/** A verdict is believed for this long, and not longer than the token lives. */
const rememberedMs = 60_000;
/** A refusal may be of a moment, as of a pod that the API server has not seen yet. */
const refusalRememberedMs = 5_000;
const mostRemembered = 1_024;

/** New tokens of one address, which a consumer has once an hour: who makes them up must not have the cluster asked for others. */
const newBurst = 10;
const newPerSecond = 1;

interface Remembered {
  /** By the monotonic clock: the node's own may be set back by hours. */
  readonly untilMs: number;
  readonly verdict: TokenVerdict;
}

/** Creates a verifier with a bounded memory by the tokens' hashes; one token is asked for once however many bring it. */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { subjects, nowUnixMs } = options;
  const tellForbidden = createForbiddenTeller(options.log);
  const mayAsk = createAddressLimits(options.monotonicMs);
  const verdictOf = createVerdictMemory(options);
  return {
    verify: async (token, address) => {
      const expiresUnixMs = expiryOf(token, nowUnixMs());
      if (typeof expiresUnixMs === "string") return { kind: "invalid", reason: expiresUnixMs };
      const verdict = await verdictOf(token, expiresUnixMs, () => mayAsk(address));
      if (verdict.kind !== "valid" || isNamed(verdict.subject, subjects)) return verdict;
      tellForbidden(verdict.subject);
      return { kind: "forbidden", reason: `${verdict.subject} may not change subscriptions here` };
    },
  };
}

/** Says whose a token is; is told whether it may ask for one that is new. */
type VerdictOf = (token: string, expiresUnixMs: number, mayAsk: () => boolean) => Promise<TokenVerdict>;

function createVerdictMemory({ ask, nowUnixMs, monotonicMs, log }: TokenVerifierOptions): VerdictOf {
  const memory = new Map<string, Remembered>();
  const underWay = new Map<string, Promise<TokenVerdict>>();
  const tellTrouble = createTroubleTeller(log);
  const learn = async (token: string, hash: string, expiresUnixMs: number): Promise<TokenVerdict> => {
    const verdict = await ask(token);
    underWay.delete(hash);
    tellTrouble(verdict);
    if (verdict.kind === "unknown") return verdict;
    const lifeMs = verdict.kind === "valid" ? rememberedMs : refusalRememberedMs;
    memory.set(hash, { untilMs: monotonicMs() + Math.min(lifeMs, expiresUnixMs - nowUnixMs()), verdict });
    const [oldest] = memory.keys();
    if (memory.size > mostRemembered && oldest !== undefined) memory.delete(oldest);
    return verdict;
  };
  return async (token, expiresUnixMs, mayAsk) => {
    const hash = createHash("sha256").update(token).digest("base64");
    const known = memory.get(hash);
    if (known !== undefined && monotonicMs() < known.untilMs) return known.verdict;
    memory.delete(hash);
    const asked = underWay.get(hash);
    if (asked !== undefined) return asked;
    if (!mayAsk()) return { kind: "unknown", reason: "too many new tokens from one address" };
    const asking = learn(token, hash, expiresUnixMs);
    underWay.set(hash, asking);
    return asking;
  };
}

/** The same trouble at each request is one line, not a flood. */
function createTroubleTeller(log: Logger): (verdict: TokenVerdict) => void {
  let last = "";
  return (verdict) => {
    const reason = verdict.kind === "unknown" ? verdict.reason : "";
    if (reason !== "" && reason !== last) log.warn("tokens of consumers cannot be checked", { reason });
    last = reason;
  };
}

function createAddressLimits(monotonicMs: () => number): (address: string) => boolean {
  const limits = new Map<string, RateLimit>();
  return (address) => {
    if (limits.size > mostRemembered) limits.clear();
    const limit = limits.get(address) ?? createRateLimit(newBurst, newPerSecond);
    limits.set(address, limit);
    return limit.take(monotonicMs());
  };
}

function isNamed(subject: string, subjects: readonly string[]): boolean {
  if (subjects.length === 0) return true;
  return subjects.some((each) => (each.endsWith("*") ? subject.startsWith(each.slice(0, -1)) : subject === each));
}

/** So many subjects are told of in the life of the process: the log is no place for the whole cluster. */
const mostForbiddenTold = 64;

/** A subject that is not named is told of once: it may be missing in the list by mistake. */
function createForbiddenTeller(log: Logger): (subject: string) => void {
  const told = new Set<string>();
  return (subject) => {
    if (told.has(subject) || told.size >= mostForbiddenTold) return;
    told.add(subject);
    log.warn("whom a token names may not change subscriptions", {
      subject,
      remedy: "list it in --event-token-subjects",
    });
  };
}

/** When a token ends, or why it can be none for events. It proves nothing: it spares what can only be refused. */
function expiryOf(token: string, nowUnixMs: number): number | string {
  const claims = token.length > longestConsumerToken ? undefined : readTokenClaims(token);
  if (claims === undefined) return "it is no ServiceAccount token";
  const { aud, exp } = claims;
  if (!(Array.isArray(aud) ? aud : [aud]).includes(consumerAudience))
    return `it is not for audience ${consumerAudience}`;
  const expiresUnixMs = typeof exp === "number" ? exp * 1_000 : 0;
  return expiresUnixMs > nowUnixMs ? expiresUnixMs : "it has expired";
}
