import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { TokenVerdict } from "@ptp/node";
import { TokenAnswerSchema } from "./gen/ptp/agent/v1/agent_pb.ts";
import { fromWireTokenAnswer, toWireTokenAnswer } from "./wire-token.ts";

const throughBytes = (init: Parameters<typeof create<typeof TokenAnswerSchema>>[1]) =>
  fromWireTokenAnswer(fromBinary(TokenAnswerSchema, toBinary(TokenAnswerSchema, create(TokenAnswerSchema, init))));

test("toWireTokenAnswer, fromWireTokenAnswer: every verdict comes through", () => {
  const verdicts: readonly TokenVerdict[] = [
    { kind: "valid", subject: "system:serviceaccount:vdu:app" },
    { kind: "invalid", reason: "expired" },
    { kind: "unknown", reason: "the API server is away" },
  ];
  for (const verdict of verdicts)
    assert.deepEqual(throughBytes(toWireTokenAnswer({ id: 7, verdict })), { id: 7, verdict });
});

test("fromWireTokenAnswer: what names nobody is no proof", () => {
  assert.equal(throughBytes({ id: 1 }).verdict.kind, "unknown");
  assert.equal(throughBytes({ id: 1, verdict: { case: "subject", value: "" } }).verdict.kind, "unknown");
});
