import assert from "node:assert/strict";
import { test } from "node:test";
import type { LeapReport, LeapStanding } from "@ptp/node";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { factsOfStatus } from "./facts-of-status.ts";
import { leapSecondsKnown, leapStatus } from "./leap-seconds.ts";
import { summariseNode } from "./summarise-node.ts";

function factsOf(standing: LeapStanding, connected = true): SessionFacts {
  const leapSeconds: LeapReport = {
    standing,
    origin: "config",
    utcOffsetS: 37,
    expiresUnixMs: Date.UTC(2027, 5, 28),
    message: "the node's list …",
  };
  const report = { revision: "r", outcomes: [], clocks: [], processes: [], notices: [], leapSeconds };
  return { connected, sinceUnixMs: 0, acceptedRevision: "r", report };
}

test("the condition is good while the list is, and says why it is not", () => {
  const seen = (["known", "expiring", "expired", "refused", "contradicted"] as const).map((standing) => {
    const [condition] = leapSecondsKnown(factsOf(standing));
    return [condition?.status, condition?.reason];
  });
  assert.deepEqual(seen, [
    ["True", "Succeeded"],
    ["False", "LeapListExpiring"],
    ["False", "LeapListExpired"],
    ["False", "LeapListRefused"],
    ["False", "LeapListContradicted"],
  ]);
});

test("of an agent that is away nothing is known, and nothing is said of a node that does not ask", () => {
  const [condition] = leapSecondsKnown(factsOf("known", false));
  assert.deepEqual([condition?.status, condition?.reason], ["Unknown", "AgentDisconnected"]);
  assert.deepEqual(leapSecondsKnown(undefined), []);
  assert.deepEqual(leapStatus(undefined), {});
});

test("an agent's list that never ends is told as far as a calendar goes", () => {
  const facts = factsOf("known");
  const leapSeconds = facts.report?.leapSeconds && { ...facts.report.leapSeconds, expiresUnixMs: 1e300 };
  const status = leapStatus(facts.report && { ...facts.report, ...(leapSeconds && { leapSeconds }) });
  assert.equal(status.leapSeconds?.expires, "9999-12-31T23:59:59.999Z");
});

test("another replica reads from the status what was reported", () => {
  const facts = factsOf("expiring");
  const { fields, aspects } = summariseNode({ facts, profiles: [], revision: "r" });
  assert.deepEqual(factsOfStatus(fields).report?.leapSeconds, facts.report?.leapSeconds);
  assert.deepEqual(
    aspects.map(({ type }) => type),
    ["LeapSecondsKnown"],
  );
});
