import { silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createLeaseServer, type LeaseServer } from "../testing/lease-server.ts";
import { createVirtualClock, type VirtualClock } from "../testing/virtual-clock.ts";
import { createLeaderElection } from "./leader-election.ts";
import type { Lease } from "./lease.ts";

async function join(t: TestContext, server: LeaseServer, clock: VirtualClock, identity: string) {
  const client = server.client();
  const options = { client, namespace: "n", name: "l", identity, log: silentLogger, clock, random: () => 0.5 };
  const election = createLeaderElection(options);
  const told: string[] = [];
  election.subscribe((term) => {
    told.push(`${term === undefined ? "lost" : "won"} at ${clock.now()}`);
    term?.addEventListener("abort", () => told.push("signal"));
  });
  t.after(() => election.stop());
  await election.start(new AbortController().signal);
  return { client, election, told };
}

function setUp() {
  return { clock: createVirtualClock(), server: createLeaseServer() };
}

test("renews every two seconds, and each once", async (t) => {
  const { clock, server } = setUp();
  const { election } = await join(t, server, clock, "a");
  await clock.advance(20_000);
  assert.ok(election.isLeading());
  assert.equal(election.leader(), "a");
  assert.equal(server.requests().filter((line) => line.startsWith("PUT")).length, 10);
});

test("who is cut off leads no more after ten seconds, and another does after fifteen", async (t) => {
  const { clock, server } = setUp();
  const a = await join(t, server, clock, "a");
  await clock.advance(1000);
  const b = await join(t, server, clock, "b");
  await clock.advance(1100);
  // The last renewal was at 2000; b saw version 1 at 1000 and nothing since: its watch is dead.
  a.client.cut = true;
  await clock.advance(9800);
  assert.deepEqual([a.told, a.election.isLeading()], [["won at 0"], true]);
  await clock.advance(200);
  assert.deepEqual(a.told, ["won at 0", "signal", "lost at 12000"]);
  assert.throws(() => a.election.fence(), { kind: "waiting" });
  assert.equal(b.election.isLeading(), false);
  await clock.advance(30_000);
  assert.equal(b.election.isLeading(), true);
  const [won = ""] = b.told;
  assert.ok(Number(won.split(" at ")[1]) >= 17_000, won);
  a.client.cut = false;
  await clock.advance(60_000);
  assert.deepEqual([a.election.isLeading(), b.election.isLeading()], [false, true]);
});

test("a process that stood still knows at once that it does not lead", async (t) => {
  const { clock, server } = setUp();
  const { election } = await join(t, server, clock, "a");
  await clock.advance(100);
  assert.ok(election.isLeading());
  clock.jump(10_000);
  assert.equal(election.isLeading(), false);
  assert.throws(() => election.fence(), { kind: "waiting" });
});

test("stop gives the lease up; who does not lead leaves it alone", async (t) => {
  const { clock, server } = setUp();
  const a = await join(t, server, clock, "a");
  await clock.advance(100);
  const b = await join(t, server, clock, "b");
  await clock.advance(100);
  await b.election.stop();
  assert.equal(server.lease()?.spec?.holderIdentity, "a");
  await a.election.stop();
  assert.equal(server.lease()?.spec?.holderIdentity, "");
  assert.deepEqual(a.told, ["won at 0", "signal", "lost at 200"]);
  const c = await join(t, server, clock, "c");
  await clock.advance(100);
  assert.ok(c.election.isLeading());
});

test("timings that could give two leaders are refused with the remedy", () => {
  const { clock, server } = setUp();
  const options = { client: server.client(), namespace: "n", name: "l", identity: "a", log: silentLogger, clock };
  assert.throws(() => createLeaderElection({ ...options, timings: { renewDeadlineMs: 20_000 } }), {
    kind: "invalid",
    message: /renew deadline 20000 ms: give less than the lease duration, 15000 ms/,
  });
});

test("who hears of a thief before the answer to its own renewal leads no more", async (t) => {
  const { clock, server } = setUp();
  const { request } = server.client();
  const [thief, told] = [server.client(), Promise.withResolvers<Lease>()];
  let isStolen = false;
  const client: Parameters<typeof createLeaderElection>[0]["client"] = {
    request: async (asked) => {
      const answer = await request(asked);
      if (asked.method !== "PUT" || isStolen) return answer;
      isStolen = true;
      const spec = { ...(answer as Lease).spec, holderIdentity: "thief" };
      told.resolve((await thief.request({ ...asked, body: { ...(answer as Lease), spec } })) as Lease);
      // So that the watch is heard, before the clock goes on.
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
      return answer;
    },
    stream: async function* ({ signal }) {
      yield { type: "MODIFIED", object: await told.promise };
      yield* server.client().stream({ method: "GET", path: "", idleMs: 0, ...(signal !== undefined && { signal }) });
    },
  };
  const election = createLeaderElection({ client, namespace: "n", name: "l", identity: "a", log: silentLogger, clock });
  t.after(() => election.stop());
  await election.start(new AbortController().signal);
  await clock.advance(1000);
  assert.ok(election.isLeading());
  // It renews at 2 s, and would find out at 4 s at the latest.
  await clock.advance(1500);
  assert.deepEqual([isStolen, election.leader(), election.isLeading()], [true, "thief", false]);
});
