import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodePtpDeviceStatus } from "@ptp/api";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { shareOfNode, type NodeView } from "./node-share.ts";

const startedUnixMs = 1_800_000_000_000;
const arrivals = { servingSinceUnixMs: startedUnixMs, newestUnixMs: 0 };
const self = { replica: "here_2", arrivals, isAlone: false };
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

test("an agent that has just come is given time for its first words; until then what was told stands", () => {
  const facts = session({ sinceUnixMs: nowUnixMs - 4000 });
  for (const replica of ["there_1", "here_1"]) {
    const { facts: known, ...rest } = share({ facts, told: told(replica), nowUnixMs: nowUnixMs - 1 });
    assert.deepEqual([known?.acceptedRevision, known?.connected, rest], ["told", true, { dueMs: 6001, isHeld: true }]);
  }
  assert.deepEqual(share({ facts, told: told(undefined, false) }), { facts, dueMs: 6000, isHeld: true });
  assert.deepEqual(share({ facts, leads: true }), { facts, dueMs: 6000, isHeld: true }, "nothing told yet");
  const silent = session({ sinceUnixMs: nowUnixMs - 10_000 });
  assert.deepEqual(share({ facts: silent, told: told("there_1") }), { facts: silent, dueMs: 0 });
});

test("an agent that does not report on a config yet has said nothing; a refusal is told at once", () => {
  const fresh = session({ report: { ...report, revision: "" } });
  assert.equal(share({ facts: fresh }).dueMs, 10_000);
  const dueMs = (result: SessionFacts["result"]) => share({ facts: { ...fresh, ...(result && { result }) } }).dueMs;
  assert.equal(dueMs({ revision: "r", profiles: [{ name: "p", outcome: "applied" }] }), 10_000);
  assert.equal(dueMs({ revision: "r", profiles: [{ name: "p", outcome: "refused", path: "", reason: "no" }] }), 0);
  assert.equal(dueMs({ revision: "r", profiles: [], refusal: { kind: "not-persisted", reason: "full" } }), 0);
  assert.equal(share({ facts: { ...fresh, unsendable: "too large" } }).dueMs, 0);
});

test("a lost agent is told by the replica that had it, after time to come back", () => {
  const lost = session({ connected: false, sinceUnixMs: nowUnixMs - 3000, report });
  assert.deepEqual(share({ facts: lost, told: told("here_2") }), { facts: lost, dueMs: 7000 });
  assert.equal(share({ facts: lost, told: told("there_1") }).dueMs, Infinity, "it is with another by then");
});

test("what the life of this pod before this one served is this replica's to tell, when its agents had time to come", () => {
  const facts = session({ connected: false, sinceUnixMs: startedUnixMs });
  const { facts: known, dueMs } = share({ facts, told: told("here_1") });
  assert.equal(dueMs, 0);
  assert.deepEqual(
    [known?.connected, known?.sinceUnixMs, known?.report?.revision, known?.inventory?.devices.length],
    [false, startedUnixMs, "told", 1],
    "with what was known of it",
  );
  const early = share({ facts, told: told("here_1"), nowUnixMs: startedUnixMs + 1000 });
  assert.deepEqual(
    [early.dueMs, early.facts?.connected, early.isHeld],
    [59_000, true, true],
    "as it was told until then",
  );
});

test("a replica that was just started lets stand what others served that are gone, and what it lost again itself", () => {
  const early = { nowUnixMs: startedUnixMs + 20_000 };
  const orphan = share({ leads: true, serverGoneForMs: 30_000, told: told("there_1"), ...early });
  assert.deepEqual([orphan.dueMs, orphan.facts?.connected], [40_000, true]);
  const lost = session({ connected: false, sinceUnixMs: startedUnixMs + 19_000, report });
  const again = share({ facts: lost, told: told("here_1"), ...early });
  assert.deepEqual([again.dueMs, again.facts?.connected], [40_000, true]);
  const alone = share({ facts: lost, told: told(undefined), ...early }, { ...self, isAlone: true });
  assert.deepEqual([alone.dueMs, alone.facts?.connected], [40_000, true]);
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

test("of a node that nobody has told of yet nothing is told until its agent had time to come", () => {
  const joined = (sinceUnixMs: number) => ({ facts: session({ connected: false, sinceUnixMs }), leads: true });
  const alone = { ...self, isAlone: true };
  for (const who of [self, alone]) {
    assert.equal(share({ ...joined(startedUnixMs), nowUnixMs: startedUnixMs + 20_000 }, who).dueMs, 40_000, "started");
    assert.equal(share(joined(nowUnixMs - 20_000), who).dueMs, 40_000, "a node that joins later");
    assert.equal(share({ ...joined(nowUnixMs - 60_000), told: { devices: [] } }, who).dueMs, 0, "it does not come");
  }
  assert.equal(share({ ...joined(nowUnixMs), leads: false }).dueMs, Infinity);
  const heard = session({ report });
  assert.equal(
    share({ facts: heard, nowUnixMs: startedUnixMs + 1000 }).dueMs,
    0,
    "an agent that has spoken is told at once",
  );
});
