import * as grpc from "@grpc/grpc-js";
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { operatorServerOptions } from "./channel-options.ts";
import { AgentService, type SessionRequestSchema, type SessionResponseSchema } from "./gen/ptp/agent/v1/agent_pb.ts";
import { openSession, type OperatorMessage } from "./open-session.ts";
import { ownProtocols } from "./protocol.ts";
import { serveBidi, type BidiHandler } from "./serve-bidi.ts";
import { WireError } from "./wire-error.ts";
import { toWireNodeConfig } from "./wire-node-config.ts";

type Handler = BidiHandler<typeof SessionRequestSchema, typeof SessionResponseSchema>;

const hello = {
  kind: "hello",
  hello: {
    ...ownProtocols,
    agentVersion: "test",
    instanceId: "i",
    acceptedRevision: "",
    facts: { nodeName: "n", programs: {}, interfaces: [] },
  },
} as const;

const welcome = {
  message: { case: "welcome", value: { protocol: 1, operatorVersion: "test", nodeName: "n" } },
} as const;

async function serve(t: TestContext, handler: Handler): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "wire-"));
  const server = new grpc.Server(operatorServerOptions);
  serveBidi(server, AgentService.method.session, handler);
  const address = `unix:${directory}/s`;
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())),
  );
  t.after(async () => {
    server.forceShutdown();
    await rm(directory, { recursive: true });
  });
  return address;
}

async function collect<T>(values: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

function configMessage(revision: string, pluginCount = 0) {
  const plugins = Array.from({ length: pluginCount }, (_, index) => `plugin-${index}`);
  const issued = { revision, config: { nodeName: "n", profiles: [], hardware: [], plugins, secrets: [] } };
  return { message: { case: "config" as const, value: toWireNodeConfig(issued) } };
}

test("hello, welcome, config, result and a regular end", { timeout: 60_000 }, async (t) => {
  const heard: string[] = [];
  const address = await serve(t, async (stream) => {
    for await (const { message } of stream.messages) {
      heard.push(message.case ?? "none");
      if (message.case === "result") return;
      await stream.write(welcome);
      await stream.write(configMessage("r1"));
    }
  });
  const session = openSession({ address });
  await session.send(hello);
  const received: OperatorMessage[] = [];
  for await (const message of session.messages) {
    received.push(message);
    if (message.kind === "config") {
      await session.send({ kind: "result", result: { revision: message.issued.revision, profiles: [] } });
    }
  }
  assert.deepEqual(heard, ["hello", "result"]);
  assert.deepEqual(
    received.map(({ kind }) => kind),
    ["welcome", "config"],
  );
});

test(
  "a ping is answered while the reader is busy, and only the newest config waits for it",
  { timeout: 60_000 },
  async (t) => {
    const pongs: number[] = [];
    const address = await serve(t, async (stream) => {
      await stream.write(welcome);
      for (let index = 1; index <= 20; index++) await stream.write(configMessage(`r${index}`));
      await stream.write({ message: { case: "ping", value: { id: 7 } } });
      for await (const { message } of stream.messages) if (message.case === "pong") pongs.push(message.value.id);
    });
    const session = openSession({ address });
    const reader = session.messages[Symbol.asyncIterator]();
    assert.equal((await reader.next()).value?.kind, "welcome");
    while (pongs.length === 0) await setTimeout(5);
    assert.deepEqual(pongs, [7]);
    const next = (await reader.next()).value;
    assert.ok(next?.kind === "config");
    assert.equal(next.issued.revision, "r20");
    session.close();
    await assert.rejects(reader.next(), { name: "WireError", status: "CANCELLED" });
  },
);

test("the status of a handler's error crosses with its words and its kind", { timeout: 60_000 }, async (t) => {
  const address = await serve(t, () =>
    Promise.reject(new WireError("ALREADY_EXISTS", "another agent holds node n since 10 s")),
  );
  const session = openSession({ address });
  await assert.rejects(collect(session.messages), {
    status: "ALREADY_EXISTS",
    kind: "waiting",
    message: "another agent holds node n since 10 s",
  });
});

test("an operator that is not there is transient", { timeout: 60_000 }, async () => {
  const session = openSession({ address: "unix:/nonexistent/socket" });
  await assert.rejects(collect(session.messages), { status: "UNAVAILABLE", kind: "transient" });
});

test("a config above the limit is refused by the transport, not held", { timeout: 60_000 }, async (t) => {
  const address = await serve(t, (stream) => stream.write(configMessage("big", 400_000)));
  const session = openSession({ address });
  await assert.rejects(collect(session.messages), { status: "RESOURCE_EXHAUSTED" });
});

test("aborting breaks the session off at both ends", { timeout: 60_000 }, async (t) => {
  const over = Promise.withResolvers<void>();
  const address = await serve(t, async (stream) => {
    await stream.write(welcome);
    await new Promise<void>((resolve) => stream.signal.addEventListener("abort", () => resolve()));
    over.resolve();
  });
  const controller = new AbortController();
  const session = openSession({ address, signal: controller.signal });
  const reader = session.messages[Symbol.asyncIterator]();
  await reader.next();
  controller.abort();
  await assert.rejects(reader.next(), { status: "CANCELLED" });
  await over.promise;
});

test("writing to a reader that does not read waits", { timeout: 60_000 }, async (t) => {
  const written: string[] = [];
  const address = await serve(t, async (stream) => {
    while (!stream.signal.aborted) {
      await stream.write(configMessage("r", 5000));
      written.push("r");
    }
  });
  const client = new grpc.Client(address, grpc.credentials.createInsecure());
  t.after(() => client.close());
  const call = client.makeBidiStreamRequest(
    "/ptp.agent.v1.AgentService/Session",
    (value: Buffer) => value,
    (value) => value,
  );
  call.on("error", () => {});
  call.once("data", () => call.pause());
  let before = -1;
  while (before !== written.length || written.length === 0) {
    before = written.length;
    await setTimeout(200);
  }
  assert.ok(written.length < 100, `${written.length} messages of 64 KiB were taken`);
  call.cancel();
});
