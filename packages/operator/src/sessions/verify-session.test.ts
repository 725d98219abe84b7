import { silentLogger } from "@ptp/kit";
import { WireError, type SessionRequest, type SessionResponse } from "@ptp/wire";
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { AgentStream } from "./node-session.ts";
import { defaultSessionSettings } from "./session-settings.ts";
import { createSessions } from "./sessions.ts";

/** How an agent answers a ping. */
type Answer = (send: () => void) => void;
const atOnce: Answer = (send) => send();
const never: Answer = () => {};

/** The stream of an agent that says Hello, and answers pings or does not. */
function agentStream(answer: Answer) {
  const facts = { nodeName: "n", programs: {}, interfaces: [] };
  const hello = { protocolMin: 1, protocolMax: 1, agentVersion: "t", instanceId: "a", acceptedRevision: "", facts };
  const lines: unknown[] = [{ message: { case: "hello", value: hello } }];
  let wake = Promise.withResolvers<void>();
  const pings: unknown[] = [];
  const messages = async function* (): AsyncGenerator<SessionRequest> {
    for (;;) {
      for (const line of lines.splice(0)) yield line as SessionRequest;
      await wake.promise;
      wake = Promise.withResolvers();
    }
  };
  const write = async ({ message }: SessionResponse): Promise<void> => {
    if (message.case !== "ping") return;
    pings.push(message.value.id);
    answer(() => {
      lines.push({ message: { case: "pong", value: { id: message.value.id } } });
      wake.resolve();
    });
  };
  return { stream: { messages: messages(), write } as unknown as AgentStream, pings };
}

async function serve(answer: Answer, pingTimeoutMs = 50) {
  const sessions = createSessions({
    settings: { ...defaultSessionSettings, pingTimeoutMs },
    log: silentLogger,
    events: { changed: () => {}, configPushed: () => {}, resultHeard: () => {}, refused: () => {} },
    nowUnixMs: () => 1,
  });
  const config = { nodeName: "n", profiles: [], hardware: [], plugins: [], secrets: [] };
  sessions.push({ revision: "", config });
  const { stream, pings } = agentStream(answer);
  const served = sessions.serve("n", stream).then(
    () => undefined,
    (error: unknown) => error,
  );
  for (let turn = 0; turn < 200 && sessions.facts("n")?.connected !== true; turn++) await delay(1);
  assert.equal(sessions.facts("n")?.connected, true);
  return { sessions, served, pings };
}

test("a session that is doubted ends when its agent does not answer", async () => {
  const { sessions, served, pings } = await serve(never);
  sessions.verify("n");
  sessions.verify("n");
  const error = await served;
  assert.ok(error instanceof WireError);
  assert.deepEqual([error.status, pings.length], ["ABORTED", 1]);
  assert.deepEqual([sessions.facts("n")?.connected, sessions.connectedCount()], [false, 0]);
  sessions.verify("n");
  sessions.verify("unknown");
});

test("it stands while its agent answers", async () => {
  const { sessions, served, pings } = await serve(atOnce);
  sessions.verify("n");
  await delay(150);
  assert.deepEqual([sessions.facts("n")?.connected, pings.length], [true, 1]);
  sessions.drain();
  await served;
});

test("it stands when the operator stood still while its agent answered", async () => {
  const { sessions, served } = await serve((send) => {
    // Timers that are due come first, whatever runs now.
    setImmediate(() => setImmediate(send));
    const endMs = performance.now() + 700;
    while (performance.now() < endMs);
  }, 300);
  sessions.verify("n");
  await delay(400);
  assert.equal(sessions.facts("n")?.connected, true);
  sessions.drain();
  await served;
});
