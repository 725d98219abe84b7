import * as grpc from "@grpc/grpc-js";
import { silentLogger } from "@ptp/kit";
import type { IssuedConfig } from "@ptp/node";
import { openSession, ownProtocols, type AgentSession, type OperatorMessage } from "@ptp/wire";
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { ReviewConsumerToken } from "../identity/consumer-tokens.ts";
import { defaultSessionSettings, type SessionSettings } from "./session-settings.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import { createUnixListeners } from "./unix-listeners.ts";

const options = { timeout: 60_000 };

const issued = (revision: string, nodeName = "n"): IssuedConfig => ({
  revision,
  config: { nodeName, profiles: [], hardware: [], plugins: [revision], secrets: [] },
});

async function operator(t: TestContext, settings: Partial<SessionSettings> = {}, reviewToken?: ReviewConsumerToken) {
  const directory = await mkdtemp(join(tmpdir(), "sessions-"));
  const pushed: string[] = [];
  const statuses: string[] = [];
  const sessions = createSessions({
    // Who answers is not to be late because the machine stood still.
    settings: { ...defaultSessionSettings, helloTimeoutMs: 30_000, pingTimeoutMs: 30_000, ...settings },
    log: silentLogger,
    events: {
      changed: () => {},
      configPushed: () => void pushed.push("config"),
      resultHeard: () => {},
      refused: (status) => void statuses.push(status),
    },
    nowUnixMs: () => 1,
    ...(reviewToken && { reviewToken }),
  });
  const listeners = createUnixListeners({ directory, sessions, log: silentLogger });
  await listeners.start(new AbortController().signal);
  t.after(async () => {
    sessions.drain();
    await listeners.stop();
    await rm(directory, { recursive: true, force: true });
  });
  const setNodes = (...names: readonly string[]) => {
    for (const name of names) sessions.push(issued("r1", name));
    listeners.setNodes(names);
  };
  return { directory, sessions, listeners, setNodes, pushed, statuses, address: `unix:${directory}/n.sock` };
}

interface TestAgent {
  readonly session: AgentSession;
  readonly next: () => Promise<OperatorMessage | undefined>;
}

async function agent(
  t: TestContext,
  address: string,
  { instanceId = "a", acceptedRevision = "", protocols = ownProtocols } = {},
): Promise<TestAgent> {
  const session = openSession({ address });
  t.after(() => session.close());
  const reader = session.messages[Symbol.asyncIterator]();
  const facts = { nodeName: "claimed-by-agent", programs: {}, interfaces: [] };
  await session.send({
    kind: "hello",
    hello: { ...protocols, agentVersion: "test", instanceId, acceptedRevision, facts },
  });
  return {
    session,
    next: async () => {
      const next = await reader.next();
      return next.done === true ? undefined : next.value;
    },
  };
}

const revisionOf = (message: OperatorMessage | undefined) =>
  message?.kind === "config" ? message.issued.revision : message?.kind;
const applied = (revision: string) =>
  ({ kind: "result", result: { revision, profiles: [{ name: "p", outcome: "applied" }] } }) as const;
const factsOf = async (sessions: Sessions, holds: (facts: ReturnType<Sessions["facts"]>) => boolean) => {
  while (!holds(sessions.facts("n"))) await setTimeout(5);
};

test("a new agent gets Welcome and the config; its answer becomes facts", options, async (t) => {
  const { sessions, setNodes, address } = await operator(t);
  setNodes("n");
  const { session, next } = await agent(t, address);
  const welcome = await next();
  assert.deepEqual(welcome, {
    kind: "welcome",
    welcome: { protocol: 1, operatorVersion: "0.1.0", nodeName: "n" },
  });
  assert.equal(revisionOf(await next()), "r1");
  await session.send(applied("r1"));
  await session.send({
    kind: "report",
    report: { revision: "r1", outcomes: [], clocks: [], processes: [], notices: ["hi"] },
  });
  await factsOf(sessions, (facts) => facts?.report !== undefined);
  const facts = sessions.facts("n");
  assert.equal(facts?.connected, true);
  assert.equal(facts?.acceptedRevision, "r1");
  assert.deepEqual(facts?.result, applied("r1").result);
  session.close();
  await factsOf(sessions, (now) => now?.connected === false);
  assert.deepEqual(sessions.facts("n")?.report?.notices, ["hi"]);
});

test("a report tells what an agent runs, also when it had refused that first", options, async (t) => {
  const { sessions, setNodes, address } = await operator(t);
  setNodes("n");
  const { session, next } = await agent(t, address, { acceptedRevision: "r0" });
  await next();
  assert.equal(revisionOf(await next()), "r1");
  const refusal = { kind: "not-persisted", reason: "disk full" } as const;
  await session.send({ kind: "result", result: { revision: "r1", profiles: [], refusal } });
  await factsOf(sessions, (facts) => facts?.result !== undefined);
  assert.equal(sessions.facts("n")?.acceptedRevision, "r0");
  const outcomes = [{ name: "p", outcome: "applied" }] as const;
  await session.send({
    kind: "report",
    report: { revision: "r1", outcomes, clocks: [], processes: [], notices: [] },
  });
  await factsOf(sessions, (facts) => facts?.report !== undefined);
  assert.equal(sessions.facts("n")?.acceptedRevision, "r1");
});

test("an inventory told once stays when later reports do not repeat it", options, async (t) => {
  const { sessions, setNodes, address } = await operator(t);
  setNodes("n");
  const { session } = await agent(t, address);
  const report = { revision: "r1", outcomes: [], clocks: [], processes: [] };
  const inventory = { devices: [{ name: "eth0", hardware: { pciAddress: "0000:00:03.0" } }] };
  await session.send({ kind: "report", report: { ...report, notices: ["first"], inventory } });
  await session.send({ kind: "report", report: { ...report, notices: ["second"] } });
  await factsOf(sessions, (facts) => facts?.report?.notices[0] === "second");
  assert.deepEqual(sessions.facts("n")?.inventory, inventory);
  await session.send({ kind: "report", report: { ...report, notices: ["third"], inventory: { devices: [] } } });
  await factsOf(sessions, (facts) => facts?.report?.notices[0] === "third");
  assert.deepEqual(sessions.facts("n")?.inventory, { devices: [] });
});

test("an agent that has the revision is sent nothing but changes", options, async (t) => {
  const { sessions, setNodes, address, pushed } = await operator(t);
  setNodes("n");
  const { next } = await agent(t, address, { acceptedRevision: "r1" });
  assert.equal(revisionOf(await next()), "welcome");
  await setTimeout(50);
  assert.deepEqual(pushed, []);
  sessions.push(issued("r2"));
  assert.equal(revisionOf(await next()), "r2");
});

test("one config is under way; of those that wait only the newest is sent", options, async (t) => {
  const { sessions, setNodes, address, pushed } = await operator(t);
  setNodes("n");
  const { session, next } = await agent(t, address);
  await next();
  assert.equal(revisionOf(await next()), "r1");
  for (const revision of ["r2", "r3", "r4"]) sessions.push(issued(revision));
  await setTimeout(50);
  assert.equal(pushed.length, 1);
  await session.send(applied("r1"));
  assert.equal(revisionOf(await next()), "r4");
  sessions.push(issued("r5"));
  sessions.push(issued("r4"));
  await session.send(applied("r4"));
  await setTimeout(50);
  assert.equal(pushed.length, 2);
});

test("an agent that does not answer a config is cut off", options, async (t) => {
  const { setNodes, address } = await operator(t, { resultTimeoutMs: 50 });
  setNodes("n");
  const { next } = await agent(t, address);
  await next();
  await next();
  await assert.rejects(next(), { status: "DEADLINE_EXCEEDED", message: "no Result for revision r1 within 50 ms" });
});

test("the same agent replaces its own stream at once", options, async (t) => {
  const { setNodes, address, sessions } = await operator(t);
  setNodes("n");
  const first = await agent(t, address);
  await first.next();
  const second = await agent(t, address);
  assert.equal(revisionOf(await second.next()), "welcome");
  await first.next();
  await assert.rejects(first.next(), { status: "ABORTED", kind: "transient" });
  assert.equal(sessions.connectedCount(), 1);
  assert.equal(sessions.facts("n")?.connected, true);
});

test("a second agent is refused while the first answers", options, async (t) => {
  const { setNodes, address, sessions } = await operator(t);
  setNodes("n");
  const first = await agent(t, address);
  await first.next();
  const second = await agent(t, address, { instanceId: "b" });
  await assert.rejects(second.next(), {
    status: "ALREADY_EXISTS",
    kind: "waiting",
    message: "another agent serves node n and answers: stop one of the two agents of this node",
  });
  assert.equal(revisionOf(await first.next()), "r1");
  sessions.push(issued("r2"));
  await first.session.send(applied("r1"));
  assert.equal(revisionOf(await first.next()), "r2");
});

/** A peer that speaks gRPC but answers nothing, with what it sends as raw bytes. */
function rawPeer(t: TestContext, address: string, ...messages: readonly Buffer[]) {
  const client = new grpc.Client(address, grpc.credentials.createInsecure());
  t.after(() => client.close());
  const call = client.makeBidiStreamRequest(
    "/ptp.agent.v1.AgentService/Session",
    (bytes: Buffer) => bytes,
    (bytes: Buffer) => bytes,
  );
  t.after(() => call.cancel());
  call.on("data", () => {});
  const status = new Promise<grpc.StatusObject>((resolve) => void call.on("status", resolve));
  call.on("error", () => {});
  for (const message of messages) call.write(message);
  return { call, status };
}

// Hello{protocol 1..1, instance_id "mute", facts {}} of release 0.1.
const muteHello = Buffer.from("0a0c0801100122046d7574653200", "hex");

test("a second agent takes over from one that does not answer", options, async (t) => {
  const { setNodes, address, sessions } = await operator(t, { pingTimeoutMs: 100 });
  setNodes("n");
  const mute = rawPeer(t, address, muteHello);
  await factsOf(sessions, (facts) => facts?.connected === true);
  const { next } = await agent(t, address, { instanceId: "b" });
  assert.equal(revisionOf(await next()), "welcome");
  assert.equal((await mute.status).code, grpc.status.ABORTED);
  assert.equal(sessions.connectedCount(), 1);
});

test("of three agents at once one gets the node", options, async (t) => {
  const { setNodes, address, sessions } = await operator(t);
  setNodes("n");
  const agents = await Promise.all(["a", "b", "c"].map((instanceId) => agent(t, address, { instanceId })));
  const outcomes = await Promise.allSettled(agents.map(({ next }) => next()));
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected", "rejected"]);
  assert.equal(sessions.connectedCount(), 1);
});

test("a malformed peer is refused and costs nobody else anything", options, async (t) => {
  const { setNodes, address, sessions } = await operator(t, { messageBurst: 10 });
  const hasty = await operator(t, { helloTimeoutMs: 200 });
  for (const each of [setNodes, hasty.setNodes]) each("n");
  const good = await agent(t, address);
  await good.next();
  const codeAt = async (at: string, ...messages: readonly Buffer[]) =>
    grpc.status[(await rawPeer(t, at, ...messages).status).code];
  assert.equal(await codeAt(address, Buffer.from("ffffffff", "hex")), "INTERNAL");
  assert.equal(await codeAt(address, Buffer.alloc(300 * 1024)), "RESOURCE_EXHAUSTED");
  assert.equal(await codeAt(hasty.address), "DEADLINE_EXCEEDED");
  assert.equal(await codeAt(address, Buffer.alloc(0)), "INVALID_ARGUMENT");
  assert.equal(await codeAt(address, Buffer.from("0a020801", "hex")), "INVALID_ARGUMENT");
  const plain = connect(address.slice("unix:".length));
  plain.on("error", () => {});
  plain.resume();
  plain.write("GET / HTTP/1.1\r\n\r\n");
  await new Promise((resolve) => void plain.on("close", resolve));
  assert.equal(sessions.connectedCount(), 1);
  await good.session.send(applied("r1"));
  sessions.push(issued("r2"));
  await good.next();
  assert.equal(revisionOf(await good.next()), "r2");
});

test("a second Hello and a flood end the stream that sent them", options, async (t) => {
  const { setNodes, address } = await operator(t, { messageBurst: 10 });
  setNodes("n");
  assert.equal((await rawPeer(t, address, muteHello, muteHello).status).code, grpc.status.INVALID_ARGUMENT);
  const nothing = Buffer.alloc(0);
  const flood = rawPeer(t, address, muteHello, ...Array.from({ length: 50 }, () => nothing));
  assert.equal((await flood.status).code, grpc.status.RESOURCE_EXHAUSTED);
});

test("versions one apart agree on the older; two apart are told whom to update", options, async (t) => {
  const { setNodes, address } = await operator(t, { protocols: { protocolMin: 2, protocolMax: 3 } });
  setNodes("n");
  for (const [range, protocol] of [
    [{ protocolMin: 1, protocolMax: 2 }, 2],
    [{ protocolMin: 3, protocolMax: 4 }, 3],
  ] as const) {
    const { next } = await agent(t, address, { protocols: range });
    const welcome = await next();
    assert.equal(welcome?.kind === "welcome" && welcome.welcome.protocol, protocol);
  }
  const { next } = await agent(t, address, { protocols: { protocolMin: 1, protocolMax: 1 } });
  await assert.rejects(next(), { status: "FAILED_PRECONDITION", kind: "invalid", message: /update the agent/ });
});

test("fields and messages of a newer agent are passed over", options, async (t) => {
  const { setNodes, address, sessions } = await operator(t);
  setNodes("n");
  // Hello with field 900 set, then a request that carries only field 901.
  const newerHello = Buffer.from("0a100801100122046d7574653200a23800".replace("a23800", "a2380100"), "hex");
  const peer = rawPeer(t, address, newerHello, Buffer.from("aa380100", "hex"));
  await factsOf(sessions, (facts) => facts?.connected === true);
  await setTimeout(50);
  assert.equal(sessions.connectedCount(), 1);
  peer.call.cancel();
});

test("a config that no agent takes is not sent, and told", options, async (t) => {
  const { setNodes, address, sessions, pushed } = await operator(t);
  setNodes("n");
  const { session, next } = await agent(t, address, { acceptedRevision: "r1" });
  await next();
  const big = { name: "p", ptp4lConf: "#".repeat(5 * 1024 * 1024) };
  sessions.push({ revision: "big", config: { ...issued("big").config, profiles: [big] } });
  await factsOf(sessions, (facts) => facts?.unsendable !== undefined);
  assert.match(sessions.facts("n")?.unsendable ?? "", /^the config has 52\d+ bytes, an agent takes at most 4194304/);
  assert.deepEqual(pushed, []);
  sessions.push(issued("r2"));
  assert.equal(revisionOf(await next()), "r2");
  assert.equal(sessions.facts("n")?.unsendable, undefined);
  session.close();
});

test("a node's socket is private, comes with the node and goes with it", options, async (t) => {
  const { setNodes, directory, address, sessions, listeners } = await operator(t);
  setNodes("n", "m");
  while ((await readdir(directory)).length < 2) await setTimeout(5);
  assert.equal((await stat(join(directory, "n.sock"))).mode & 0o777, 0o600);
  const { next } = await agent(t, address);
  await next();
  await next();
  sessions.remove("n");
  listeners.setNodes(["m"]);
  await assert.rejects(next(), { status: "NOT_FOUND", message: "node n is no more" });
  while ((await readdir(directory)).join() !== "m.sock") await setTimeout(5);
});

test("a drained operator tells its agents to look elsewhere", options, async (t) => {
  const { setNodes, address, sessions } = await operator(t);
  setNodes("n");
  const { next } = await agent(t, address);
  await next();
  await next();
  sessions.drain();
  await assert.rejects(next(), { status: "UNAVAILABLE", message: "the operator is shutting down" });
  const late = await agent(t, address);
  await assert.rejects(late.next(), { status: "UNAVAILABLE" });
});

test(
  "questions about tokens are answered, none waits for another, and no more than the limit are under way",
  options,
  async (t) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const subject = "system:serviceaccount:vdu:app";
    const { setNodes, address } = await operator(t, {}, async (token) => {
      if (token === "slow") await promise;
      return token === "bad" ? { kind: "invalid", reason: "no" } : { kind: "valid", subject };
    });
    setNodes("n");
    const { session, next } = await agent(t, address, { acceptedRevision: "r1" });
    const welcome = await next();
    assert.equal(welcome?.kind === "welcome" && welcome.welcome.reviewsTokens, true);
    const ask = (id: number, token: string) => session.send({ kind: "token-question", question: { id, token } });
    const answer = async () => {
      const message = await next();
      return message?.kind === "token-answer" ? message.answer : undefined;
    };
    await ask(1, "slow");
    await ask(2, "bad");
    await ask(3, "good");
    assert.deepEqual(await answer(), { id: 2, verdict: { kind: "invalid", reason: "no" } });
    assert.deepEqual(await answer(), { id: 3, verdict: { kind: "valid", subject } });
    for (let id = 4; id <= 67; id++) await ask(id, "slow");
    assert.deepEqual(await answer(), { id: 67, verdict: { kind: "unknown", reason: "too many questions at once" } });
    resolve();
    assert.deepEqual((await answer())?.verdict, { kind: "valid", subject });
  },
);

test("an operator without a cluster says at once that it reviews no tokens", options, async (t) => {
  const { setNodes, address } = await operator(t);
  setNodes("n");
  const { session, next } = await agent(t, address, { acceptedRevision: "r1" });
  const welcome = await next();
  assert.equal(welcome?.kind === "welcome" && welcome.welcome.reviewsTokens, undefined);
  await session.send({ kind: "token-question", question: { id: 1, token: "t" } });
  const answered = await next();
  assert.equal(answered?.kind === "token-answer" && answered.answer.verdict.kind, "unknown");
});
