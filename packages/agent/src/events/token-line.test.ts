import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Duplex } from "node:stream";
import { longestConsumerToken, type TokenVerdict } from "@ptp/node";
import { answerTokens } from "./answer-tokens.ts";
import { decodeTokenAsk, decodeTokenReply, encodeTokenLine } from "./token-line.ts";

const verdicts: readonly TokenVerdict[] = [
  { kind: "valid", subject: "system:serviceaccount:vdu:app" },
  { kind: "invalid", reason: "expired" },
  { kind: "unknown", reason: "the operator\nis away" },
];

test("questions and answers come through lines", () => {
  const ask = { id: 1, token: "a.b.c" };
  assert.deepEqual(decodeTokenAsk(encodeTokenLine(ask).trimEnd()), ask);
  for (const verdict of verdicts) {
    const line = encodeTokenLine({ id: 2, verdict });
    assert.equal(line.indexOf("\n"), line.length - 1);
    assert.deepEqual(decodeTokenReply(line.trimEnd()), { id: 2, verdict });
  }
});

test("what is no question or answer is none", () => {
  const long = JSON.stringify({ id: 1, token: "x".repeat(longestConsumerToken + 1) });
  for (const line of ["", "{", "[]", "null", '{"id":"1","token":"x"}', '{"id":1}', '{"id":0.5,"token":"x"}', long]) {
    assert.equal(decodeTokenAsk(line), undefined, line.slice(0, 40));
  }
  const wrong = [
    {},
    { kind: "valid" },
    { kind: "valid", subject: "" },
    { kind: "valid", subject: 7 },
    { kind: "other" },
  ];
  for (const verdict of wrong) assert.equal(decodeTokenReply(JSON.stringify({ id: 1, verdict })), undefined);
});

/** Two ends of a socket: what is pushed into it comes from the events process, what is written goes there. */
function openSocket() {
  const written: string[] = [];
  const socket = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk.toString());
      done();
    },
  });
  return { socket, written };
}

test("answerTokens: answers by id, asks for no more than 64 at once, and passes nonsense over", async () => {
  const { socket, written } = openSocket();
  const { promise, resolve } = Promise.withResolvers<TokenVerdict>();
  const asked: string[] = [];
  answerTokens(socket, (token) => {
    asked.push(token);
    return token === "now" ? Promise.resolve({ kind: "invalid", reason: "no" }) : promise;
  });
  socket.push("nonsense\n{}\n");
  for (let id = 1; id <= 70; id++) socket.push(encodeTokenLine({ id, token: "later" }));
  while (asked.length < 64) await once(socket, "data");
  resolve({ kind: "valid", subject: "s" });
  while (written.length < 64) await new Promise((done) => setImmediate(done));
  socket.push(encodeTokenLine({ id: 100, token: "now" }));
  while (written.length < 65) await new Promise((done) => setImmediate(done));
  assert.equal(asked.length, 65);
  assert.deepEqual(decodeTokenReply(written.at(-1)?.trimEnd() ?? ""), {
    id: 100,
    verdict: { kind: "invalid", reason: "no" },
  });
});
