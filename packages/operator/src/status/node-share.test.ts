import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodePtpDeviceStatus } from "@ptp/api";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { shareOfNode, type NodeView } from "./node-share.ts";

const startedUnixMs = 1_800_000_000_000;
const self = { replica: "here_2", startedUnixMs, isAlone: false };
const nowUnixMs = startedUnixMs + 60_000;
const report = { revision: "r", outcomes: [], clocks: [], processes: [], notices: [] };

const share = (view: Partial<NodeView>, of = self) =>
  shareOfNode({ facts: undefined, told: undefined, leads: false, serverGoneForMs: undefined, nowUnixMs, ...view }, of);
const session = (more: Partial<SessionFacts> = {}): SessionFacts => ({
  connected: true,
  sinceUnixMs: nowUnixMs,
  ...more,
});
const told = (servedBy: string | undefined, connected = true): NodePtpDeviceStatus => ({
  agent: { connected, since: "2027-01-01T00:00:00.000Z", ...(servedBy && { servedBy }) },
  revision: "told",
  devices: [{ name: "eth0" }],
});

test("who has the agent speaks for it, whatever others told", () => {
  const facts = session({ report });
  for (const status of [undefined, told("there_1"), told(undefined, false)]) {
    assert.deepEqual(share({ facts, told: status }), { facts, dueMs: 0 });
  }
});

test("an agent that has just come is given time for its first words; until then the word of another stands", () => {
  const facts = session({ sinceUnixMs: nowUnixMs - 4000 });
  const { facts: known, dueMs } = share({ facts, told: told("there_1") });
  assert.deepEqual([known?.acceptedRevision, known?.connected, dueMs], ["told", true, 6000]);
  assert.deepEqual(share({ facts, told: told("here_1") }), { facts, dueMs: 6000 });
  const silent = session({ sinceUnixMs: nowUnixMs - 10_000 });
  assert.deepEqual(share({ facts: silent, told: told("there_1") }), { facts: silent, dueMs: 0 });
});

test("a lost agent is told by the replica that had it, after time to come back", () => {
  const lost = session({ connected: false, sinceUnixMs: nowUnixMs - 3000, report });
  assert.deepEqual(share({ facts: lost, told: told("here_2") }), { facts: lost, dueMs: 7000 });
  assert.equal(share({ facts: lost, told: told("there_1") }).dueMs, Infinity, "it is with another by then");
});

test("what the life of this pod before this one served is this replica's to tell", () => {
  const facts = session({ connected: false, sinceUnixMs: startedUnixMs });
  const { facts: known, dueMs } = share({ facts, told: told("here_1") });
  assert.equal(dueMs, 0);
  assert.deepEqual(
    [known?.connected, known?.sinceUnixMs, known?.report?.revision, known?.inventory?.devices.length],
    [false, startedUnixMs, "told", 1],
    "with what was known of it",
  );
  assert.equal(share({ facts, told: told("here_1"), nowUnixMs: startedUnixMs + 1000 }).dueMs, 9000);
});

test("a node that nobody serves is the leader's", () => {
  assert.deepEqual(
    [true, false].map((leads) => share({ leads, told: told(undefined, false) }).dueMs),
    [0, Infinity],
  );
  assert.equal(share({ leads: true }).dueMs, 0);
});

test("a node whose replica is gone is the leader's after 15 s, and its agent away since then", () => {
  const at = (serverGoneForMs: number | undefined, leads = true) => {
    const { facts, dueMs } = share({ leads, serverGoneForMs, told: told("there_1") });
    return [dueMs, facts?.connected, facts?.sinceUnixMs];
  };
  const since = Date.parse("2027-01-01T00:00:00Z");
  assert.deepEqual(at(undefined), [Infinity, true, since]);
  assert.deepEqual(at(14_000), [1000, true, since]);
  assert.deepEqual(at(20_000), [0, false, nowUnixMs - 20_000]);
  assert.deepEqual(at(20_000, false), [Infinity, false, nowUnixMs - 20_000]);
});

test("an operator without replicas writes all, and knows a lost agent by what it told before", () => {
  const facts = session({ connected: false, sinceUnixMs: startedUnixMs });
  const { facts: known, dueMs } = share({ facts, told: told(undefined) }, { ...self, isAlone: true });
  assert.deepEqual([dueMs, known?.connected, known?.report?.revision], [0, false, "told"]);
});
