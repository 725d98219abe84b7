import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { defaultPeriods, nextStep, type AuthorityFacts, type AuthorityState, type AuthorityStep } from "./next-step.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const { authorityMs, serverMs, overlapMs, backdateMs } = defaultPeriods;
let made = 0;

/** What the writes of the steps do, without cryptography. */
function take(state: AuthorityState, step: AuthorityStep, nowMs: number): AuthorityState {
  const { current, next, promotedAtMs: _, ...rest } = state;
  const notBeforeMs = nowMs - backdateMs;
  const fresh = (): AuthorityFacts => ({ id: `a${(made += 1)}`, notBeforeMs, notAfterMs: nowMs + authorityMs });
  switch (step.type) {
    case "found":
      return { ...rest, current: fresh(), promotedAtMs: nowMs };
    case "announce":
      return { ...state, next: fresh() };
    case "promote":
      assert.ok(next);
      return {
        ...rest,
        current: next,
        promotedAtMs: nowMs,
        previous: [...state.previous, ...(current ? [current] : [])],
      };
    case "forget":
      return { ...state, previous: [] };
    case "publish":
      return { ...state, bundle: { ids: step.ids, sinceMs: nowMs } };
    case "issue":
      assert.ok(current);
      return { ...state, server: { issuerId: current.id, notBeforeMs, notAfterMs: step.notAfterMs } };
    case "wait":
      return state;
  }
}

/** Takes steps until there is nothing to do; returns the states between them. */
function settle(
  state: AuthorityState,
  nowMs: number,
): { readonly states: readonly AuthorityState[]; readonly untilMs: number } {
  const states = [state];
  for (let count = 0; count < 12; count += 1) {
    const last = states.at(-1) ?? state;
    const step = nextStep(last, nowMs, defaultPeriods);
    if (step.type === "wait") {
      assert.ok(step.untilMs > nowMs, "it never waits for the past");
      return { states, untilMs: step.untilMs };
    }
    states.push(take(last, step, nowMs));
  }
  assert.fail("it does not settle");
}

const empty: AuthorityState = { previous: [] };

test("at first: an authority, the bundle, a certificate; then nothing for two thirds of its life", () => {
  const { states, untilMs } = settle(empty, 0);
  const [, founded, told, ready] = states;
  assert.equal(states.length, 4);
  assert.ok(founded?.current && told?.bundle && ready?.server);
  assert.deepEqual(told.bundle.ids, [founded.current.id]);
  assert.equal(untilMs, Math.floor(((serverMs + backdateMs) * 2) / 3) - backdateMs);
});

test("an authority is announced at two thirds of its life, signs a week later, and is alone a week after that", () => {
  let { states, untilMs } = settle(empty, 0);
  const seen: string[] = [];
  for (let nowMs = untilMs; nowMs < authorityMs; nowMs = untilMs) {
    const before = states.at(-1) ?? empty;
    ({ states, untilMs } = settle(before, nowMs));
    const { current, next, previous } = states.at(-1) ?? empty;
    const told = [current, next, ...previous].map((authority) => (authority ? "x" : "-")).join("");
    if (told !== seen.at(-1)?.slice(-told.length)) seen.push(`${Math.round(nowMs / dayMs)} ${told}`);
  }
  assert.deepEqual(seen, ["60 x-", "730 xx", "737 x-x", "744 x-"]);
});

test("a lost key: what is shown stays trusted until a new authority was told for the overlap", () => {
  const before = settle(empty, 0).states.at(-1) ?? empty;
  const { current, ...rest } = before;
  assert.ok(current);
  // The shell takes the issuer of what is shown from the bundle.
  const { states, untilMs } = settle({ ...rest, previous: [current] }, dayMs);
  const lost = states.at(-1) ?? empty;
  assert.equal(lost.server?.issuerId, current.id);
  assert.equal(untilMs, dayMs + overlapMs);
  const after = settle(lost, untilMs).states.at(-1) ?? empty;
  assert.equal(after.server?.issuerId, after.current?.id);
  assert.notEqual(after.current?.id, current.id);
  assert.deepEqual(after.bundle?.ids, [after.current?.id, current.id]);
});

test("everything ran out while the operator was away: all is made anew at once", () => {
  const { states } = settle(settle(empty, 0).states.at(-1) ?? empty, 4 * 365 * dayMs);
  const last = states.at(-1);
  assert.deepEqual(last?.bundle?.ids, [last?.current?.id]);
  assert.equal(last?.server?.issuerId, last?.current?.id);
});

type Mishap = "key" | "bundle" | "server";

interface Visit {
  readonly afterMs: number;
  readonly mishap: Mishap | undefined;
}

function lose(state: AuthorityState, mishap: Mishap | undefined): AuthorityState {
  const { current, next, previous, bundle, server, promotedAtMs, ...rest } = state;
  const [kept, told, shown] = [promotedAtMs && { promotedAtMs }, bundle && { bundle }, server && { server }];
  if (mishap === undefined) return state;
  if (mishap !== "key") {
    const authorities = { previous, ...(current && { current }), ...(next && { next }), ...kept };
    return { ...rest, ...authorities, ...(mishap === "server" ? told : shown) };
  }
  const issuer = [current, next, ...previous].filter((authority) => authority?.id === server?.issuerId);
  return { ...rest, ...told, ...shown, previous: issuer.flatMap((authority) => authority ?? []) };
}

test("over years, with an operator that is away and things that are lost, all agents accept what any replica shows", () => {
  const visit: fc.Arbitrary<Visit> = fc.record({
    afterMs: fc.integer({ min: hourMs, max: 8 * dayMs }),
    mishap: fc.option(fc.constantFrom<Mishap>("key", "bundle", "server"), { nil: undefined, freq: 12 }),
  });
  const visits = fc.array(visit, { minLength: 100, maxLength: 500, size: "max" });
  fc.assert(
    fc.property(visits, (all) => {
      // What was the truth, from when on. The last hour of it may still be what somebody holds.
      const history: { readonly atMs: number; readonly state: AuthorityState }[] = [];
      let state = empty;
      let nowMs = 0;
      let woundedMs = Number.NEGATIVE_INFINITY;
      for (const { afterMs, mishap } of all) {
        nowMs += afterMs;
        // A second loss before the first one is healed may cost the trust; that is not promised.
        const isHealed = nowMs - woundedMs > 40 * dayMs;
        if (isHealed && mishap !== undefined && history.length > 0) {
          woundedMs = nowMs;
          state = lose(state, mishap);
        }
        for (const between of settle(state, nowMs).states) {
          history.push({ atMs: nowMs, state: between });
          state = between;
          nowMs += 1000;
        }
        assertAccepted(history, nowMs);
        assertAccepted(history, nowMs + hourMs / 2);
      }
    }),
    { numRuns: 25 },
  );
});

function assertAccepted(
  history: readonly { readonly atMs: number; readonly state: AuthorityState }[],
  nowMs: number,
): void {
  const recent = history.filter((_, at) => (history[at + 1]?.atMs ?? nowMs) > nowMs - hourMs);
  const bundles = recent.flatMap(({ state }) => state.bundle ?? []);
  const shown = recent.flatMap(({ state }) => state.server ?? []);
  // Before there was anything there is nothing to promise.
  if ((history[0]?.atMs ?? 0) > nowMs - 2 * hourMs) return;
  assert.ok(bundles.length > 0 && shown.length > 0);
  for (const server of shown) {
    assert.ok(server.notBeforeMs < nowMs - hourMs && nowMs < server.notAfterMs, "what is shown is valid");
    for (const { ids } of bundles) assert.ok(ids.includes(server.issuerId), `${server.issuerId} of ${ids.join()}`);
  }
}
