import assert from "node:assert/strict";
import { test } from "node:test";
import { consumerAudience } from "@ptp/node";
import { createConsumerTokens } from "./consumer-tokens.ts";

const nowUnixMs = 1_000_000;

function tokenFor(audience: string, expS = 2_000, salt = ""): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ aud: [audience], exp: expS, salt })}.c2ln`;
}

function open(answer: () => unknown) {
  const asked: unknown[] = [];
  const review = createConsumerTokens({
    client: {
      request: ({ body }) => {
        asked.push(body);
        return Promise.resolve().then(answer);
      },
    },
    nowUnixMs: () => nowUnixMs,
  });
  return { review, asked };
}

const user = { username: "system:serviceaccount:vdu:app" };
const good = () => ({ status: { authenticated: true, audiences: [consumerAudience], user } });

test("a consumer's token is reviewed once, for the audience of events alone", async () => {
  const { review, asked } = open(good);
  const token = tokenFor(consumerAudience);
  const valid = { kind: "valid", subject: user.username };
  assert.deepEqual(await Promise.all([review(token), review(token)]), [valid, valid]);
  assert.deepEqual(await review(token), valid);
  const spec = { token, audiences: [consumerAudience] };
  assert.deepEqual(asked, [{ apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec }]);
});

test("what can only be refused costs the API server nothing", async () => {
  const { review, asked } = open(good);
  const tokens = [
    tokenFor("ptp-agent.ptp.openshift.io"),
    tokenFor(consumerAudience, 999),
    "no token",
    "",
    tokenFor(consumerAudience, 2_000, "x".repeat(9_000)),
  ];
  for (const token of tokens) assert.equal((await review(token)).kind, "invalid", token.slice(0, 60));
  assert.deepEqual(asked, []);
});

test("refusals of the API server, answers that prove nothing, and no answer", async () => {
  const token = tokenFor(consumerAudience);
  const verdictOf = (status: object) => open(() => ({ status })).review(token);
  assert.deepEqual(await verdictOf({ authenticated: false, error: "pod is gone" }), {
    kind: "invalid",
    reason: "the API server refuses the token: pod is gone",
  });
  assert.equal((await verdictOf({ authenticated: true, user })).kind, "invalid", "audiences left out");
  assert.equal((await verdictOf({ authenticated: true, audiences: ["other"], user })).kind, "invalid");
  assert.equal((await verdictOf({ authenticated: true, audiences: [consumerAudience] })).kind, "invalid");
  const away = open(() => {
    throw new Error("connection refused");
  });
  assert.deepEqual(await away.review(token), {
    kind: "unknown",
    reason: "the token cannot be reviewed now: connection refused",
  });
});

test("more than can wait are sent away at once", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const { review, asked } = open(() => promise);
  const reviews = Array.from({ length: 300 }, (_, at) => review(tokenFor(consumerAudience, 2_000, String(at))));
  const sentAway = await Promise.all(reviews.slice(260));
  assert.ok(sentAway.every(({ kind }) => kind === "unknown"));
  resolve(good());
  assert.ok((await Promise.all(reviews.slice(0, 260))).every(({ kind }) => kind === "valid"));
  assert.equal(asked.length, 260);
});
