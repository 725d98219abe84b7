import assert from "node:assert/strict";
import { test } from "node:test";
import type { TokenVerdict } from "@ptp/node";
import type { TokenQuestion } from "@ptp/wire";
import { createTokenDesk } from "./token-desk.ts";

const valid: TokenVerdict = { kind: "valid", subject: "system:serviceaccount:vdu:app" };
const reasonOf = (verdict: TokenVerdict) => (verdict.kind === "unknown" ? verdict.reason : verdict.kind);

function open(waitMs?: number) {
  let nowMs = 0;
  const desk = createTokenDesk({ monotonicMs: () => nowMs, ...(waitMs !== undefined && { waitMs }) });
  const asked: TokenQuestion[] = [];
  return {
    desk,
    asked,
    send: (question: TokenQuestion) => void asked.push(question),
    pass: (ms: number) => void (nowMs += ms),
  };
}

test("each answer finds its question, in any order; others are nobody's", async () => {
  const { desk, asked, send } = open();
  desk.open(true, send);
  const [first, second] = [desk.ask("a"), desk.ask("b")];
  assert.deepEqual(asked, [
    { id: 1, token: "a" },
    { id: 2, token: "b" },
  ]);
  desk.answer({ id: 2, verdict: { kind: "invalid", reason: "expired" } });
  desk.answer({ id: 3, verdict: valid });
  desk.answer({ id: 1, verdict: valid });
  assert.deepEqual([await first, await second], [valid, { kind: "invalid", reason: "expired" }]);
});

test("no session, an older operator, a session that ends, and an operator that says nothing", async () => {
  const { desk, asked, send } = open(20);
  assert.match(reasonOf(await desk.ask("a")), /no session/);
  desk.open(false, send);
  assert.match(reasonOf(await desk.ask("a")), /reviews no tokens: update it/);
  assert.equal(asked.length, 0);
  desk.open(true, send);
  const cut = desk.ask("a");
  desk.close();
  assert.match(reasonOf(await cut), /session .* ended/);
  desk.open(true, send);
  assert.match(reasonOf(await desk.ask("a")), /did not answer within 20 ms/);
  desk.answer({ id: asked.at(-1)?.id ?? 0, verdict: valid });
});

test("the operator is asked no faster than it takes questions", async () => {
  const { desk, asked, send, pass } = open();
  desk.open(true, send);
  const answerAll = (): void => {
    for (const { id } of asked) desk.answer({ id, verdict: valid });
  };
  const verdicts = Array.from({ length: 25 }, () => desk.ask("a"));
  answerAll();
  assert.equal((await Promise.all(verdicts)).filter(({ kind }) => kind === "valid").length, 20);
  pass(1_000);
  const more = Array.from({ length: 25 }, () => desk.ask("a"));
  answerAll();
  assert.equal((await Promise.all(more)).filter(({ kind }) => kind === "valid").length, 5);
});
