import assert from "node:assert/strict";
import { test } from "node:test";
import { captureLogger } from "@ptp/kit";
import { consumerAudience, type TokenVerdict } from "@ptp/node";
import { createTokenVerifier } from "./token-verifier.ts";

const subject = "system:serviceaccount:vdu:app";
const valid: TokenVerdict = { kind: "valid", subject };
const address = "10.0.0.1";

function tokenFor(salt = "", expS = 1_000, audience: string | readonly string[] = [consumerAudience]): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ aud: audience, exp: expS, salt })}.c2ln`;
}

function open(answer: () => TokenVerdict | Promise<TokenVerdict>, subjects: readonly string[] = []) {
  let nowMs = 0;
  let setByMs = 0;
  const asked: string[] = [];
  const warnings: string[] = [];
  const verifier = createTokenVerifier({
    ask: async (token) => {
      asked.push(token);
      return answer();
    },
    subjects,
    nowUnixMs: () => nowMs + setByMs,
    monotonicMs: () => nowMs,
    log: captureLogger((_level, _message, fields) => void warnings.push(String(fields["reason"] ?? fields["subject"]))),
  });
  const verify = (token: string, from = address) => verifier.verify(token, from);
  return {
    verify,
    asked,
    warnings,
    pass: (ms: number) => void (nowMs += ms),
    setBy: (ms: number) => void (setByMs = ms),
  };
}

test("a token is asked for once however many bring it, and believed for a minute at most", async () => {
  const { verify, asked, pass } = open(() => valid);
  const token = tokenFor();
  assert.deepEqual(await Promise.all([verify(token), verify(token), verify(token)]), [valid, valid, valid]);
  pass(59_999);
  assert.deepEqual(await verify(token), valid);
  assert.equal(asked.length, 1);
  pass(1);
  await verify(token);
  assert.equal(asked.length, 2);
  const short = tokenFor("short", 61);
  await verify(short);
  pass(1_000);
  assert.deepEqual(await verify(short), { kind: "invalid", reason: "it has expired" });
  assert.equal(asked.length, 3);
});

test("a node's clock that is set back prolongs no verdict", async () => {
  const { verify, asked, pass, setBy } = open(() => valid);
  const tokens = [tokenFor("long"), tokenFor("short", 30)];
  for (const token of tokens) await verify(token);
  setBy(-3_600_000);
  pass(29_999);
  for (const token of tokens) await verify(token);
  assert.equal(asked.length, 2);
  pass(1);
  for (const token of tokens) await verify(token);
  assert.deepEqual(asked.slice(2), tokens.slice(1), "its life was known when the clock was right");
  pass(30_000);
  await verify(tokenFor("long"));
  assert.equal(asked.length, 4);
});

test("a refusal is believed for 5 s, trouble never, and is told once", async () => {
  let answer: TokenVerdict = { kind: "invalid", reason: "the pod is gone" };
  const { verify, asked, warnings, pass } = open(() => answer);
  await verify(tokenFor());
  assert.deepEqual(await verify(tokenFor()), answer);
  assert.equal(asked.length, 1);
  pass(5_000);
  answer = { kind: "unknown", reason: "the operator is away" };
  assert.deepEqual(await verify(tokenFor()), answer);
  await verify(tokenFor());
  assert.equal(asked.length, 3);
  assert.deepEqual(warnings, ["the operator is away"]);
  answer = valid;
  assert.deepEqual(await verify(tokenFor()), valid);
});

test("what can be no token for events is refused without asking", async () => {
  const { verify, asked } = open(() => valid);
  const tokens = ["x", "a.b.c", tokenFor("", 0), tokenFor("", 1_000, "other"), tokenFor("x".repeat(9_000))];
  for (const token of tokens) assert.equal((await verify(token)).kind, "invalid", token.slice(0, 40));
  assert.deepEqual(asked, []);
  assert.deepEqual(await verify(tokenFor("", 1_000, consumerAudience)), valid);
});

test("only those who are named may change subscriptions, where some are", async () => {
  const kindFor = async (...subjects: readonly string[]) => (await open(() => valid, subjects).verify(tokenFor())).kind;
  assert.equal(await kindFor("system:serviceaccount:vdu:app"), "valid");
  assert.equal(await kindFor("other", "system:serviceaccount:vdu:*"), "valid");
  assert.equal(await kindFor("*"), "valid");
  assert.equal(await kindFor("system:serviceaccount:vdu:ap", "system:serviceaccount:vdu2:*"), "forbidden");
});

test("who is not named is told why, and is in the log once, as long as there are few", async () => {
  let subject = "system:serviceaccount:vdu:other";
  const { verify, warnings, pass } = open(() => ({ kind: "valid", subject }), ["system:serviceaccount:vdu:app"]);
  const reason = `${subject} may not change subscriptions here`;
  assert.deepEqual(await verify(tokenFor()), { kind: "forbidden", reason });
  await verify(tokenFor());
  await verify(tokenFor("new"));
  assert.deepEqual(warnings, [subject]);
  for (let at = 0; at < 100; at++) {
    pass(1_000);
    subject = `system:serviceaccount:many:s${at}`;
    assert.equal((await verify(tokenFor(String(at)))).kind, "forbidden");
  }
  assert.equal(warnings.length, 64);
});

test("who makes tokens up has the cluster asked for a few, and others are not delayed by it", async () => {
  const { verify, asked, pass } = open(() => ({ kind: "invalid", reason: "bad signature" }));
  const kinds = await Promise.all(
    Array.from({ length: 100 }, async (_, at) => (await verify(tokenFor(String(at)))).kind),
  );
  assert.equal(kinds.filter((kind) => kind === "invalid").length, 10);
  assert.equal((await verify(tokenFor("mine"), "10.0.0.2")).kind, "invalid");
  assert.equal(asked.length, 11);
  pass(1_000);
  assert.equal((await verify(tokenFor("more"))).kind, "invalid");
  assert.equal((await verify(tokenFor("still more"))).kind, "unknown");
});
