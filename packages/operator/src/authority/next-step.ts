/** A certificate as far as its time goes. */
export interface Lifetime {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** An authority, known by the fingerprint of its certificate. */
export interface AuthorityFacts extends Lifetime {
  readonly id: string;
}

/** What there is, as far as the next step depends on it. */
export interface AuthorityState {
  /** The authority that signs; only with its key. */
  readonly current?: AuthorityFacts;
  /** Signs later: agents are told before. Only with its key. */
  readonly next?: AuthorityFacts;
  /** Signed before, or has lost its key; trusted as long as its certificates may be shown. */
  readonly previous: readonly AuthorityFacts[];
  /** When `current` began to sign. */
  readonly promotedAtMs?: number;
  /** What agents are told to trust, in order, and since when. */
  readonly bundle?: { readonly ids: readonly string[]; readonly sinceMs: number };
  /** The certificate that is shown; only if it fits its key and has all names. */
  readonly server?: Lifetime & { readonly issuerId: string };
}

/** What to do next. Every step is one write, and what it leaves behind is good for any time. */
export type AuthorityStep =
  /** Nobody could be served anyway: a new authority signs at once. */
  | { readonly type: "found" }
  /** Make the authority that signs next. */
  | { readonly type: "announce" }
  /** Let `next` sign; `current` becomes one of `previous`. */
  | { readonly type: "promote" }
  /** Trust `previous` no more. */
  | { readonly type: "forget" }
  /** Tell agents to trust these, in this order. */
  | { readonly type: "publish"; readonly ids: readonly string[] }
  /** Make a new certificate, signed by `current`. */
  | { readonly type: "issue"; readonly notAfterMs: number }
  | { readonly type: "wait"; readonly untilMs: number };

/** How long things are good for. */
export interface AuthorityPeriods {
  readonly authorityMs: number;
  readonly serverMs: number;
  /** From telling agents about an authority to its first signature, and from its last one to its end. */
  readonly overlapMs: number;
  /** Certificates are valid since this long before they are made: clocks of nodes may be behind. */
  readonly backdateMs: number;
  /** Nothing is left to the last moment by less than this. */
  readonly slackMs: number;
}

const dayMs = 86_400_000;

/** Periods in use: authorities 3 years, certificates 90 days, a week of overlap, clocks a day behind. */
export const defaultPeriods: AuthorityPeriods = {
  authorityMs: 3 * 365 * dayMs,
  serverMs: 90 * dayMs,
  overlapMs: 7 * dayMs,
  backdateMs: dayMs,
  slackMs: dayMs,
};

/**
 * The next step from a state, so that at any time all agents accept what is shown, also those that learn of a bundle
 * late and replicas that learn of a certificate late: an authority signs only after it was in the bundle for the overlap,
 * and leaves the bundle the overlap after it signed last. Steps are taken one by one until it says to wait.
 */
export function nextStep(state: AuthorityState, nowMs: number, periods: AuthorityPeriods): AuthorityStep {
  const { bundle } = state;
  const current = whileValid(state.current, nowMs);
  const next = whileValid(state.next, nowMs);
  const trusted = [current, next, ...state.previous].flatMap((authority) => whileValid(authority, nowMs) ?? []);
  const ids = [...new Set(trusted.map(({ id }) => id))];
  const server = whileValid(state.server, nowMs);
  const isServing = server !== undefined && ids.includes(server.issuerId);
  if (current === undefined && !isServing) return { type: next === undefined ? "found" : "promote" };
  if (ids.join() !== bundle?.ids.join()) return { type: "publish", ids };
  if (current !== undefined) {
    const notAfterMs = Math.min(nowMs + periods.serverMs, current.notAfterMs);
    // A certificate that would end hardly later is not worth a change.
    const isDue = isServing && server.issuerId === current.id ? nowMs >= dueMs(server) : true;
    const isBetter = !isServing || server.issuerId !== current.id || notAfterMs > server.notAfterMs + periods.slackMs;
    if (isDue && isBetter) return { type: "issue", notAfterMs };
  }
  return changeOfAuthority({ ...state, current, next, server, bundle }, nowMs, periods);
}

interface Settled extends Pick<AuthorityState, "previous" | "promotedAtMs"> {
  readonly current: AuthorityFacts | undefined;
  readonly next: AuthorityFacts | undefined;
  readonly server: AuthorityState["server"] | undefined;
  readonly bundle: NonNullable<AuthorityState["bundle"]>;
}

/** The bundle is told and the certificate fresh: authorities come and go. */
function changeOfAuthority(settled: Settled, nowMs: number, { overlapMs, slackMs }: AuthorityPeriods): AuthorityStep {
  const { current, next, server, previous, bundle, promotedAtMs = 0 } = settled;
  const announceMs = current === undefined ? nowMs : dueMs(current);
  if (next === undefined && nowMs >= announceMs) return { type: "announce" };
  // Told too late, or again and again to others: rather early than not at all.
  const latestMs = (current ?? server)?.notAfterMs ?? nowMs;
  const promoteMs = Math.min(bundle.sinceMs + overlapMs, latestMs - slackMs);
  if (next !== undefined && nowMs >= promoteMs) return { type: "promote" };
  const forgetMs = promotedAtMs + overlapMs;
  const isForgettable = current !== undefined && previous.length > 0;
  if (isForgettable && nowMs >= forgetMs) return { type: "forget" };
  const times = [
    next === undefined ? announceMs : promoteMs,
    ...(isForgettable ? [forgetMs] : []),
    ...(server === undefined ? [] : [Math.max(dueMs(server), nowMs + slackMs / 24)]),
  ];
  return { type: "wait", untilMs: Math.min(...times) };
}

/** Certificates are renewed after two thirds of their life. */
function dueMs({ notBeforeMs, notAfterMs }: Lifetime): number {
  return notBeforeMs + Math.floor(((notAfterMs - notBeforeMs) * 2) / 3);
}

function whileValid<T extends Lifetime>(certificate: T | undefined, nowMs: number): T | undefined {
  const isValid = certificate !== undefined && certificate.notBeforeMs <= nowMs && nowMs < certificate.notAfterMs;
  return isValid ? certificate : undefined;
}
