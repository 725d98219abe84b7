import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { captureLogger } from "@ptp/kit";
import type { DeviceInventory, IssuedConfig } from "@ptp/node";
import {
  AgentService,
  serveBidi,
  toWireNodeConfig,
  WireError,
  type SessionRequest,
  type SessionResponseSchema,
} from "@ptp/wire";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { eventually } from "../process/testing/fixture.ts";
import type { ConfigSource } from "./config-source.ts";
import { createSessionSource } from "./session-source.ts";
import { createTokenDesk, type TokenDesk } from "./token-desk.ts";

type Response = MessageInitShape<typeof SessionResponseSchema>;

/** An operator of a few lines: says what it is told to after Hello, keeps what it hears. */
interface Operator {
  readonly heard: SessionRequest["message"][];
  say: (response: Response) => Promise<void>;
  stop(): void;
}

async function startOperator(path: string, onHello: () => readonly Response[]): Promise<Operator> {
  const server = new grpc.Server();
  const operator: Operator = { heard: [], say: () => Promise.resolve(), stop: () => server.forceShutdown() };
  serveBidi(server, AgentService.method.session, async (stream) => {
    operator.say = (response) => stream.write(response);
    for await (const { message } of stream.messages) {
      operator.heard.push(message);
      if (message.case === "hello") for (const response of onHello()) await stream.write(response);
    }
  });
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(`unix:${path}`, grpc.ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    ),
  );
  return operator;
}

interface Bench {
  readonly path: string;
  readonly source: ConfigSource;
  readonly tokens: TokenDesk;
  readonly offered: IssuedConfig[];
  readonly warnings: string[];
  /** What reports tell; may be exchanged. */
  readonly found: { inventory?: DeviceInventory };
}

async function bench(t: TestContext): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "ptp-session-"));
  const path = join(folder, "node.sock");
  const offered: IssuedConfig[] = [];
  const warnings: string[] = [];
  const found: Bench["found"] = {};
  const ended = new AbortController();
  const tokens = createTokenDesk({ monotonicMs: () => performance.now() });
  const source = createSessionSource({
    nodeName: "n",
    tokens,
    target: () => Promise.resolve({ address: `unix:${path}` }),
    agentVersion: "0",
    instanceId: "instance",
    acceptedRevision: () => offered.at(-1)?.revision ?? "",
    facts: () => ({ nodeName: "n", programs: {}, interfaces: [] }),
    offer: ({ issued, answer }) => {
      offered.push(issued);
      answer({ revision: issued.revision, profiles: [] });
    },
    report: () => {
      const nothing = { outcomes: [], clocks: [], processes: [], notices: [] };
      return { revision: offered.at(-1)?.revision ?? "", ...nothing, ...found };
    },
    random: () => 0.5,
    log: captureLogger(
      (level, _message, fields) => void (level === "warn" && warnings.push(String(fields["problem"]))),
    ),
  });
  const running = source.run(ended.signal);
  t.after(async () => {
    ended.abort();
    await running;
    await rm(folder, { recursive: true, force: true });
  });
  return { path, source, tokens, offered, warnings, found };
}

const welcome: Response = { message: { case: "welcome", value: { protocol: 1, operatorVersion: "0", nodeName: "n" } } };
const config = (revision: string, nodeName = "n"): Response => ({
  message: {
    case: "config",
    value: toWireNodeConfig({ revision, config: { nodeName, profiles: [], hardware: [], plugins: [], secrets: [] } }),
  },
});
const cases = ({ heard }: Operator) => heard.map((message) => message.case);

test("hello, report in full, config, one result; coalesced reports; a new session after an operator's restart", async (t) => {
  const { path, source, offered, warnings } = await bench(t);
  await eventually("the absent operator is told", () => warnings.length > 0);
  const first = await startOperator(path, () => [welcome, config("r1")]);
  await eventually("result", () => first.heard.length >= 3);
  assert.deepEqual(
    cases(first)
      .map(String)
      .sort((a, b) => a.localeCompare(b)),
    ["hello", "report", "result"],
  );
  assert.equal(cases(first)[0], "hello");
  for (let count = 0; count < 50; count += 1) source.reportChanged();
  await eventually("the coalesced report", () => first.heard.length === 4);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(first.heard.length, 4);
  first.stop();

  const second = await startOperator(path, () => [welcome]);
  t.after(() => second.stop());
  await eventually("hello again", () => second.heard.length >= 2);
  const hello = second.heard[0];
  assert.ok(hello?.case === "hello");
  assert.equal(hello.value.acceptedRevision, "r1");
  assert.equal(hello.value.instanceId, "instance");
  assert.deepEqual(
    offered.map(({ revision }) => revision),
    ["r1"],
  );
});

test("an inventory is told once a session, and again when it is another", async (t) => {
  const { path, source, found } = await bench(t);
  const inventory = (name: string) => ({ devices: [{ name, hardware: { pciAddress: "0000:00:03.0" } }] });
  const told = ({ heard }: Operator) =>
    heard.flatMap((message) =>
      message.case === "report" ? [message.value.inventory?.devices.map(({ name }) => name).join() ?? "-"] : [],
    );
  const first = await startOperator(path, () => [welcome]);
  await eventually("a report before anything was found", () => told(first).length === 1);
  for (const name of ["eth0", undefined, "eth1"]) {
    const count = told(first).length;
    if (name !== undefined) found.inventory = inventory(name);
    source.reportChanged();
    await eventually("a report", () => told(first).length > count);
  }
  assert.deepEqual(told(first), ["-", "eth0", "-", "eth1"]);
  first.stop();
  const second = await startOperator(path, () => [welcome]);
  t.after(() => second.stop());
  await eventually("a report in a new session", () => told(second).length > 0);
  assert.equal(told(second)[0], "eth1");
});

test("an undecodable config is refused as a whole and offered to nobody", async (t) => {
  const { path, offered } = await bench(t);
  const operator = await startOperator(path, () => [welcome, config("r1", "")]);
  t.after(() => operator.stop());
  await eventually("refusal", () => cases(operator).includes("result"));
  const result = operator.heard.find((message) => message.case === "result");
  assert.ok(result?.case === "result");
  assert.equal(result.value.refusal?.kind, "undecodable");
  assert.deepEqual(offered, []);
});

test("an operator that takes the agent for another node gets nothing", async (t) => {
  const { path, offered, warnings } = await bench(t);
  const other: Response = {
    message: { case: "welcome", value: { protocol: 1, operatorVersion: "0", nodeName: "other" } },
  };
  const operator = await startOperator(path, () => [other, config("r1", "other")]);
  t.after(() => operator.stop());
  await eventually("problem told", () => warnings.some((warning) => warning.includes("for node other")));
  assert.deepEqual(offered, []);
  assert.ok(!cases(operator).includes("report"));
});

test("a refusing operator is told once and tried again", async (t) => {
  const { path, warnings } = await bench(t);
  let hellos = 0;
  const operator = await startOperator(path, () => {
    hellos += 1;
    throw new WireError("FAILED_PRECONDITION", "update the agent");
  });
  t.after(() => operator.stop());
  await eventually("three tries", () => hellos >= 3);
  assert.equal(warnings.filter((warning) => warning.includes("update the agent (FAILED_PRECONDITION")).length, 1);
});

test("an operator that welcomes and ends each session at once is not hammered", async (t) => {
  const { path } = await bench(t);
  let hellos = 0;
  const server = new grpc.Server();
  serveBidi(server, AgentService.method.session, async (stream) => {
    for await (const { message } of stream.messages) {
      if (message.case !== "hello") continue;
      hellos += 1;
      await stream.write(welcome);
      return;
    }
  });
  t.after(() => server.forceShutdown());
  const insecure = grpc.ServerCredentials.createInsecure();
  await new Promise((bound) => server.bindAsync(`unix:${path}`, insecure, bound));
  await eventually("it comes back", () => hellos >= 2);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.ok(hellos <= 7, `${hellos} sessions`);
});

test("questions about tokens go over the session, if the operator said that it answers them", async (t) => {
  const { path, tokens } = await bench(t);
  const reasonOf = async (token: string) => {
    const verdict = await tokens.ask(token);
    return verdict.kind === "valid" ? verdict.subject : verdict.reason;
  };
  assert.match(await reasonOf("a"), /no session/);
  const older = await startOperator(path, () => [welcome]);
  await eventually("the report of the session", () => cases(older).includes("report"));
  assert.match(await reasonOf("a"), /reviews no tokens: update it/);
  assert.ok(!cases(older).includes("tokenQuestion"));
  older.stop();

  const reviewing = { ...welcome.message?.value, reviewsTokens: true };
  const operator = await startOperator(path, () => [{ message: { case: "welcome", value: reviewing } } as Response]);
  t.after(() => operator.stop());
  await eventually("the report of the new session", () => cases(operator).includes("report"));
  const subject = "system:serviceaccount:vdu:app";
  const asked = reasonOf("token");
  await eventually("the question", () => cases(operator).includes("tokenQuestion"));
  const question = operator.heard.find((message) => message.case === "tokenQuestion")?.value;
  assert.equal(question?.token, "token");
  const answer = { id: question.id, verdict: { case: "subject" as const, value: subject } };
  await operator.say({ message: { case: "tokenAnswer", value: answer } });
  assert.equal(await asked, subject);
});
