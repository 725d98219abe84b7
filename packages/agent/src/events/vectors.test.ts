import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { parse } from "yaml";
import {
  freePort,
  startConsumer,
  startEvents,
  testFolder,
  testNode,
  type Answer,
  type Consumer,
  type EventsProcess,
  type ReceivedEvent,
} from "./testing/events-process.ts";
import { lockState, syncState } from "./testing/values.ts";

const vectorsFile = new URL("../../../../../shared/vectors/events.yaml", import.meta.url);

type Value = readonly [address: string, kind: "n" | "m", value: string];

interface Step {
  readonly http?: readonly [method: string, path: string, body?: unknown];
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly json_keys?: readonly string[];
  readonly json_list_len?: number;
  readonly contains?: readonly string[];
  readonly time?: readonly [number, number];
  readonly save?: Readonly<Record<string, string>>;
  readonly sink?: { readonly delay?: number; readonly status?: number };
  readonly metrics?: readonly string[];
  readonly metrics_absent?: readonly string[];
  readonly drain?: true;
  readonly lines?: readonly string[];
  readonly repeat?: number;
  readonly events?: readonly (readonly [source: string, values: readonly Value[]])[];
  readonly events_states?: Readonly<Record<string, readonly string[]>>;
  readonly subscribe?: readonly string[];
  readonly current?: Readonly<Record<string, number | readonly Value[]>>;
  readonly raw_event?: unknown;
  readonly keys?: readonly string[];
  readonly same_ids?: readonly string[];
  readonly restart?: object;
  readonly wait?: number;
}

interface Vector {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly Step[];
}

/** Where we differ on purpose: what a step expects of us, by vector and step. See docs/compatibility.md. */
const better: Readonly<Record<string, Readonly<Record<number, Step | "left out">>>> = {
  R07: { 1: { body: "[]" } },
  R15: {
    0: { status: 404 },
    3: { status: 404 },
    6: {
      events: [
        [
          "ptp-status/lock-state",
          [
            ["~/ens1fx/master", "n", "LOCKED"],
            ["~/ens1fx/master", "m", "5"],
          ],
        ],
      ],
    },
    7: "left out",
  },
  R17: {
    1: {
      current: {
        "ptp-status/lock-state": [
          ["~/ens1fx/master", "n", "LOCKED"],
          ["~/ens1fx/master", "m", "5"],
        ],
      },
    },
    3: {
      current: {
        "ptp-status/lock-state": [
          ["~/ens1fx/master", "n", "LOCKED"],
          ["~/ens1fx/master", "m", "5"],
        ],
        "sync-status/sync-state": [["~/sync/sync-status/sync-state", "n", "LOCKED"]],
      },
    },
  },
  R19: {
    0: { status: 404, body: "404 page not found\n" },
    1: { status: 404, body: "404 page not found\n" },
    2: { status: 404, body: "404 page not found\n" },
    3: { status: 404, body: "404 page not found\n" },
  },
  // Each event is tried again until it is taken: nothing is lost, the first of 24 has failed a few times.
  D01: { 4: "left out" },
  // The gauge is that of the store.
  D03: { 3: { metrics: ['cne_api_subscriptions{status="active"} 1'], metrics_absent: [] } },
};

const vectors: readonly Vector[] = existsSync(vectorsFile)
  ? (parse(readFileSync(vectorsFile, "utf8")) as { cases: readonly Vector[] }).cases
  : [];
const ours = vectors.filter(({ id }) => /^[RID]\d/.test(id));

test("REST vectors are here", (t) => {
  if (vectors.length === 0) return t.skip("no ../shared/vectors beside this checkout");
  assert.ok(ours.length >= 14);
});

for (const vector of ours) {
  test(`vector ${vector.id}: ${vector.title}`, async (t) => {
    const run = await startRun(t);
    for (const [index, step] of vector.steps.entries()) {
      const change = better[vector.id]?.[index];
      if (change === "left out") continue;
      const where = `${vector.id} step ${index}: ${JSON.stringify(step)}`;
      try {
        await play({ ...step, ...change }, run, t);
      } catch (error) {
        throw new Error(`${where}\n${String(error)}`, { cause: error });
      }
    }
  });
}

interface Run {
  process: EventsProcess;
  readonly sinks: { readonly a: Consumer; readonly b: Consumer };
  readonly saved: Record<string, string>;
  state: "LOCKED" | "FREERUN" | undefined;
}

async function startRun(t: TestContext): Promise<Run> {
  const process = await startEvents(t, { port: await freePort(), storePath: await testFolder(t) });
  const sinks = { a: await startConsumer(t), b: await startConsumer(t) };
  process.feed([]);
  await process.ready();
  return { process, sinks, saved: {}, state: undefined };
}

async function play(step: Step, run: Run, t: TestContext): Promise<void> {
  const { a } = run.sinks;
  if (step.sink) a.answer(step.sink.delay === undefined ? (step.sink.status ?? 204) : "slow");
  if (step.restart) await restart(run, t);
  if (step.subscribe) for (const resource of step.subscribe) await subscribe(resource, run);
  for (let turn = 0; turn < (step.repeat ?? 1); turn++) for (const line of step.lines ?? []) feedLine(line, run);
  if (step.wait !== undefined) await pause(step.wait * 1_000);
  if (step.http) await callAndCheck(step, run);
  if (step.drain) await drain(run);
  if (step.raw_event !== undefined) checkRaw(step, (await a.take(1))[0], run);
  if (step.events) await checkEvents(step.events, run);
  for (const [resource, states] of Object.entries(step.events_states ?? {})) {
    const got = await a.take(states.length);
    assert.deepEqual(
      got.map(({ document }) => [document.source, document.data.values[0]?.value]),
      states.map((state) => [`/sync/${resource}`, state]),
    );
  }
  if (step.same_ids) {
    const [first, second] = [(await a.take(1))[0], (await run.sinks.b.take(1))[0]];
    assert.equal(first?.document.id, second?.document.id);
  }
  for (const [resource, expected] of Object.entries(step.current ?? {})) await checkCurrent(resource, expected, run);
  for (const line of step.metrics ?? []) await checkMetric(line, run);
  const metrics = step.metrics_absent === undefined ? "" : await run.process.metrics();
  for (const text of step.metrics_absent ?? []) assert.ok(!metrics.includes(text), text);
}

/** What the lines of these vectors amount to. */
function feedLine(line: string, run: Run): void {
  const offsetNs = Number(/master offset +(-?\d+) s2/.exec(line)?.[1]);
  assert.ok(Number.isFinite(offsetNs), line);
  run.state = Math.abs(offsetNs) < 100 ? "LOCKED" : "FREERUN";
  run.process.feed([lockState(run.state, offsetNs), syncState(run.state)]);
}

async function restart(run: Run, t: TestContext): Promise<void> {
  const { port, storePath } = run.process;
  await run.process.kill();
  run.process = await startEvents(t, { port, storePath });
  run.process.feed([]);
  await run.process.ready();
  // Each subscription is told its state once.
  const { body } = await run.process.call("GET", "/subscriptions");
  const list: unknown[] = JSON.parse(body);
  await run.sinks.a.take(list.length);
}

async function subscribe(resource: string, run: Run): Promise<void> {
  const ResourceAddress = `/cluster/node/${testNode}/sync/${resource}`;
  const answer = await run.process.call("POST", "/subscriptions", { ResourceAddress, EndpointUri: run.sinks.a.uri() });
  assert.equal(answer.status, 201);
  await run.sinks.a.take(1);
}

async function callAndCheck(step: Step, run: Run): Promise<void> {
  const [method = "", path = "", body] = step.http ?? [];
  const startMs = performance.now();
  const sent = body === undefined || body === null ? undefined : filled(JSON.stringify(body), run);
  const answer = await run.process.call(method, filled(path, run).replace(/^\/api\/ocloudNotifications\/v2/, ""), sent);
  const tookS = (performance.now() - startMs) / 1_000;
  if (step.status !== undefined) assert.equal(answer.status, step.status);
  if (step.body !== undefined) assert.equal(answer.body, step.body);
  for (const [name, value] of Object.entries(step.headers ?? {}))
    assert.equal(answer.headers[name.toLowerCase()], value);
  if (step.json) matches(JSON.parse(answer.body), step.json, run);
  if (step.json_keys) assert.deepEqual(Object.keys(JSON.parse(answer.body) as object), step.json_keys);
  if (step.json_list_len !== undefined) assert.equal((JSON.parse(answer.body) as unknown[]).length, step.json_list_len);
  for (const text of step.contains ?? []) assert.ok(answer.body.includes(filled(text, run)), text);
  if (step.time) assert.ok(tookS >= step.time[0] && tookS <= step.time[1], `it took ${tookS} s`);
  save(step, answer, run);
}

function save(step: Step, answer: Answer, run: Run): void {
  for (const [name, field] of Object.entries(step.save ?? {})) {
    run.saved[name] = String((JSON.parse(answer.body) as Record<string, unknown>)[field]);
  }
}

async function drain({ process, sinks }: Run): Promise<void> {
  await process.metrics();
  await pause(150);
  for (const sink of [sinks.a, sinks.b]) sink.events.length = 0;
}

function checkRaw(step: Step, event: ReceivedEvent | undefined, run: Run): void {
  assert.ok(event);
  const document: Record<string, unknown> = JSON.parse(event.text);
  matches(document, step.raw_event, run);
  if (step.keys) assert.deepEqual(Object.keys(document), step.keys);
  for (const [name, value] of Object.entries(step.headers ?? {}))
    assert.equal(event.headers[name.toLowerCase()], value);
}

async function checkEvents(expected: Step["events"], { sinks }: Run): Promise<void> {
  if (expected?.length === 0) {
    await pause(200);
    assert.deepEqual(sinks.a.events, []);
    return;
  }
  const got = await sinks.a.take(expected?.length ?? 0);
  assert.deepEqual(
    got.map(({ document }) => [document.source, document.data.values]),
    expected?.map(([source, values]) => [`/sync/${source}`, values.map(wireValue)]),
  );
}

async function checkCurrent(resource: string, expected: number | readonly Value[], { process }: Run): Promise<void> {
  const answer = await process.call("GET", `/cluster/node/${testNode}/sync/${resource}/CurrentState`);
  if (typeof expected === "number") return assert.equal(answer.status, expected);
  assert.equal(answer.status, 200);
  const document: { readonly data: { readonly values: unknown } } = JSON.parse(answer.body);
  assert.deepEqual(document.data.values, expected.map(wireValue));
}

/** Labels in any order; the node's label is ours to leave out. */
async function checkMetric(expected: string, { process }: Run): Promise<void> {
  const parts = (line: string): string => {
    const [, name = "", labels = "", value = ""] = /^(\w+)\{(.*)\} (.*)$/.exec(line) ?? [];
    return `${name} ${labels.split(",").sort().join()} ${value}`;
  };
  // An event is counted when its answer is read, which is after its consumer has it.
  for (let turn = 0; turn < 100; turn++) {
    if ((await process.metrics()).split("\n").map(parts).includes(parts(expected))) return;
    await pause(100);
  }
  assert.fail(expected);
}

function wireValue([address, kind, value]: Value): object {
  const isState = kind === "n";
  return {
    ResourceAddress: address.replace("~", `/cluster/node/${testNode}`),
    data_type: isState ? "notification" : "metric",
    value_type: isState ? "enumeration" : "decimal64.3",
    value,
  };
}

/** `expected` may leave fields out, and has patterns after `re:`. */
function matches(found: unknown, expected: unknown, run: Run): void {
  if (typeof expected === "string") {
    const text = filled(expected, run);
    if (text.startsWith("re:"))
      assert.match(String(found), new RegExp(text.slice(3).replace(":9043", `:${run.process.port}`)));
    else assert.equal(found, text);
  } else if (Array.isArray(expected)) {
    assert.ok(Array.isArray(found) && found.length === expected.length);
    expected.forEach((each, index) => matches(found[index], each, run));
  } else {
    for (const [key, value] of Object.entries(expected as object))
      matches((found as Record<string, unknown>)[key], value, run);
  }
}

function filled(text: string, run: Run): string {
  const values: Record<string, string> = {
    EP2: run.sinks.b.uri(),
    EP: run.sinks.a.uri(),
    N: `/cluster/node/${testNode}`,
    A: "/api/ocloudNotifications/v2",
    ...run.saved,
  };
  return text.replaceAll(/\$(\w+)/g, (whole, name: string) => values[name] ?? whole);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
