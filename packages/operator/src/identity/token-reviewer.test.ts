import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReadToken } from "./read-token.ts";
import { judgeReview } from "./review-of-token.ts";
import { createTokenReviewer } from "./token-reviewer.ts";

const audience = "a";
const token = (text: string, expiresUnixMs = 1e12): ReadToken => ({ ok: true, token: text, expiresUnixMs });
const user = { username: "u", extra: { "authentication.kubernetes.io/pod-uid": ["uid"] } };

function open(answer: (token: string) => unknown) {
  let now = 0;
  let setByMs = 0;
  const asked: string[] = [];
  const reviewer = createTokenReviewer({
    client: {
      request: ({ body }) => {
        const { spec } = body as { readonly spec: { readonly token: string } };
        asked.push(spec.token);
        return Promise.resolve().then(() => answer(spec.token));
      },
    },
    audience,
    judge: (status) => judgeReview(status, { audience, username: "u" }),
    nowUnixMs: () => now + setByMs,
    monotonicMs: () => now,
  });
  return { reviewer, asked, passMs: (ms: number) => void (now += ms), setBy: (ms: number) => void (setByMs = ms) };
}

const good = () => ({ status: { authenticated: true, audiences: [audience], user } });

test("an answer is believed for a minute, and not longer than the token lives", async () => {
  const { reviewer, asked, passMs } = open(good);
  assert.deepEqual(await Promise.all([reviewer.review(token("x")), reviewer.review(token("x"))]), [
    { ok: true, podUid: "uid", podName: "" },
    { ok: true, podUid: "uid", podName: "" },
  ]);
  passMs(59_999);
  await reviewer.review(token("x"));
  assert.deepEqual(asked, ["x"]);
  passMs(1);
  await reviewer.review(token("x"));
  await reviewer.review(token("y", 60_010));
  passMs(10);
  await reviewer.review(token("y", 60_010));
  assert.deepEqual(asked, ["x", "x", "y", "y"]);
});

test("a clock that is set back prolongs no answer", async () => {
  const { reviewer, asked, passMs, setBy } = open(good);
  await reviewer.review(token("x"));
  await reviewer.review(token("y", 30_000));
  setBy(-3_600_000);
  passMs(30_000);
  await reviewer.review(token("x"));
  await reviewer.review(token("y", 30_000));
  assert.deepEqual(asked, ["x", "y", "y"]);
  passMs(30_000);
  await reviewer.review(token("x"));
  assert.deepEqual(asked, ["x", "y", "y", "x"]);
});

test("a refusal is believed for a moment, a failure never", async () => {
  let isAway = false;
  const { reviewer, asked, passMs } = open(() => {
    if (isAway) throw new Error("connection refused");
    return { status: { error: "no" } };
  });
  assert.equal((await reviewer.review(token("x"))).ok, false);
  assert.equal((await reviewer.review(token("x"))).ok, false);
  assert.equal(asked.length, 1);
  passMs(5000);
  isAway = true;
  const problem = { status: "UNAVAILABLE", message: "the token cannot be reviewed now: connection refused" };
  await assert.rejects(reviewer.review(token("x")), problem);
  await assert.rejects(reviewer.review(token("x")), problem);
  assert.equal(asked.length, 3);
});

test("a flood of tokens reaches the API server a few at a time, and is cut off", async () => {
  const gate = Promise.withResolvers<unknown>();
  const { reviewer, asked } = open(() => gate.promise);
  const reviews = Array.from({ length: 5017 }, (_, index) => reviewer.review(token(String(index))));
  await assert.rejects(reviews.at(-1) ?? Promise.resolve(), { status: "RESOURCE_EXHAUSTED" });
  assert.equal(asked.length, 16);
  gate.resolve(good());
  const results = await Promise.allSettled(reviews);
  assert.equal(results.filter(({ status }) => status === "rejected").length, 1);
  assert.equal(asked.length, 5016);
});

test("nobody is asked for who has waited too long", async () => {
  const gate = Promise.withResolvers<unknown>();
  const { reviewer, asked, passMs } = open(() => gate.promise);
  const reviews = Array.from({ length: 17 }, (_, index) => reviewer.review(token(String(index))));
  passMs(20_001);
  gate.resolve(good());
  await assert.rejects(reviews.at(-1) ?? Promise.resolve(), { status: "UNAVAILABLE", message: /slow/ });
  await Promise.all(reviews.slice(0, -1));
  assert.equal(asked.length, 16);
});
