import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readToken } from "./read-token.ts";

const audience = "ptp-agent.ptp.openshift.io";
const nowUnixMs = 1_790_000_000_000;
const tokenOf = (claims: unknown) => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
const good = tokenOf({ aud: ["other", audience], exp: 1_790_000_001 });
const read = (...values: readonly (string | Uint8Array)[]) => readToken(values, { audience, nowUnixMs });

test("a token for agents is read", () => {
  const expected = { ok: true, token: good, expiresUnixMs: 1_790_000_001_000 };
  assert.deepEqual(read(`Bearer ${good}`), expected);
  assert.deepEqual(read(`bearer  ${good}`), expected);
  assert.equal(read(`Bearer ${tokenOf({ aud: audience, exp: 1_790_000_001 })}`).ok, true);
});

test("what can only be refused is not asked about", () => {
  const table: readonly (readonly [readonly (string | Uint8Array)[], RegExp])[] = [
    [[], /no token: send metadata/],
    [[`Bearer ${good}`, `Bearer ${good}`], /no token: send metadata .* once/],
    [[`Basic ${good}`], /no token/],
    [[new Uint8Array(3)], /no token/],
    [["Bearer abc"], /no ServiceAccount token/],
    [["Bearer a.b.c"], /no ServiceAccount token/],
    [[`Bearer ${tokenOf(null)}`], /no ServiceAccount token/],
    [[`Bearer ${tokenOf({ pad: "x".repeat(9000) })}`], /no ServiceAccount token/],
    [[`Bearer ${tokenOf({ exp: 2e9 })}`], /for audience \(none\), not ptp-agent/],
    [[`Bearer ${tokenOf({ aud: ["a", 1, "b"], exp: 2e9 })}`], /for audience a, b, not ptp-agent/],
    [[`Bearer ${tokenOf({ aud: audience })}`], /expired at 1970-01-01/],
    [[`Bearer ${tokenOf({ aud: audience, exp: 1_790_000_000 })}`], /expired at 2026-09-21T/],
    [[`Bearer ${tokenOf({ aud: audience, exp: -1e300 })}`], /expired/],
  ];
  const words = new Set<string>();
  for (const [values, reason] of table) {
    const result = read(...values);
    assert.ok(!result.ok, String(reason));
    assert.equal(result.status, "UNAUTHENTICATED");
    assert.match(result.reason, reason);
    words.add(result.word);
  }
  assert.deepEqual([...words], ["no-token", "no-service-account-token", "wrong-audience", "expired"]);
});

test("no claims make it fail", () => {
  fc.assert(fc.property(fc.jsonValue(), (claims) => void read(`Bearer ${tokenOf(claims)}`)));
  fc.assert(
    fc.property(fc.double(), (exp) => void read(`Bearer ${tokenOf({ aud: audience, exp })}`)),
    { numRuns: 500 },
  );
});
