import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { TestContext } from "node:test";
import {
  startConsumer,
  type Consumer,
  type ReceivedEvent,
} from "../../../packages/agent/src/events/testing/events-process.ts";
import { waitMs } from "./event-vectors.ts";
import type { EventVector, EventVectors, VectorEvent, VectorStep, VectorValue } from "./event-vectors.ts";
import { startReplayAgent, type ReplayAgent } from "./replay-agent.ts";

/** What a step showed, in the words of the step itself: only what it asks for. */
export type Seen = Readonly<Record<string, unknown>>;

const resources = [
  "sync-status/sync-state",
  "sync-status/os-clock-sync-state",
  "ptp-status/lock-state",
  "ptp-status/clock-class",
  "gnss-status/gnss-sync-status",
  "synce-status/lock-state",
  "synce-status/clock-quality",
];

/** So long nothing more has to come before it is taken that nothing does. */
const quietMs = 300;
/** The same where what comes is not known beforehand. */
const drainedMs = 1_000;
/** What has to come has so long. */
const limitMs = 30_000;
/** An offset of the same state, and a metric, is told within a second: a slow machine does that, too. */
const toldMs = 5_000;
const beatMs = 10;
/** A pause that took so much longer than asked tells nothing: nobody may have run meanwhile. */
const stallMs = 200;

interface Play {
  readonly agent: ReplayAgent;
  readonly nodeName: string;
  readonly vectors: EventVectors;
  readonly sinks: { readonly a: Consumer; readonly b: Consumer };
  readonly saved: Record<string, string>;
  /** Makes a line of the file one of this agent's runs. */
  readonly toLine: (line: string) => string;
}

/** Plays a case with a real agent and real consumers; what each step showed, by its number. */
export async function playEventVector(
  t: TestContext,
  vectors: EventVectors,
  vector: EventVector,
): Promise<readonly Seen[]> {
  const { nodeName } = vectors;
  const agent = await startReplayAgent(t, { nodeName, profiles: vectors.profilesOfCase(vector) });
  const play: Play = {
    agent,
    nodeName,
    vectors,
    sinks: { a: await startConsumer(t), b: await startConsumer(t) },
    saved: {},
    toLine: vectors.linesOfCase(vector),
  };
  if (vector.subscribe_all === true) for (const resource of resources) await subscribe(resource, play);
  const seen: Seen[] = [];
  for (const step of vector.steps) {
    await act(step, play);
    seen.push(await look(step, play));
  }
  return seen;
}

async function act(step: VectorStep, play: Play): Promise<void> {
  const { agent, sinks, vectors } = play;
  if (step.sink) sinks.a.answer(step.sink.delay === undefined ? (step.sink.status ?? 204) : "slow");
  if (step.restart)
    await agent.restart("profiles" in step.restart ? vectors.profilesOf(step.restart as never) : undefined);
  for (const resource of step.subscribe ?? []) await subscribe(resource, play);
  if (step.long_line !== undefined) agent.feed(["x".repeat(step.long_line)]);
  for (let turn = 0; turn < (step.repeat ?? 1); turn++)
    agent.feed([...(step.lines ?? []), ...(step.lines_ignore_error ?? [])].map(play.toLine));
  if (step.wait !== undefined) await sleep(waitMs(step));
  if (step.drain) {
    await settle(sinks.a, 0, drainedMs);
    sinks.a.events.length = 0;
    sinks.b.events.length = 0;
  }
}

/** Waits for as many events, and then until nothing comes any more; not for ever where that never is. */
async function settle({ events }: Consumer, wanted: number, calmMs = quietMs): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (events.length < wanted && performance.now() < endMs) await sleep(beatMs);
  let count = events.length;
  for (let calmForMs = 0; calmForMs < calmMs && performance.now() < endMs;) {
    const startMs = performance.now();
    await sleep(beatMs);
    const tookMs = performance.now() - startMs;
    calmForMs = tookMs > beatMs + stallMs || events.length !== count ? 0 : calmForMs + tookMs;
    count = events.length;
  }
}

async function subscribe(resource: string, { agent, nodeName, sinks }: Play): Promise<void> {
  const ResourceAddress = `/cluster/node/${nodeName}/sync/${resource}`;
  const path = "/api/ocloudNotifications/v2/subscriptions";
  const { status } = await agent.call("POST", path, { ResourceAddress, EndpointUri: sinks.a.uri() });
  if (status !== 201) throw new Error(`subscription to ${resource}: ${status}`);
  await sinks.a.take(1);
}

async function look(step: VectorStep, play: Play): Promise<Seen> {
  const seen: Record<string, unknown> = step.http === undefined ? {} : await ask(step, play);
  if (step.raw_event !== undefined) Object.assign(seen, await lookAtRaw(step, play));
  if (step.events ?? step.events_states) {
    const states = Object.values(step.events_states ?? {}).flat();
    const told = await takeEvents(play, step.events?.length ?? states.length);
    if (step.events) seen["events"] = told;
    if (step.events_states) seen["events_states"] = statesOf(told);
  }
  if (step.same_ids) {
    const [[first], [second]] = [await play.sinks.a.take(1), await play.sinks.b.take(1)];
    seen["same_ids"] = first?.document.id === second?.document.id ? step.same_ids : "different ones";
  }
  for (const key of ["current", "current_unordered"] as const) {
    if (step[key]) seen[key] = await currentOf(step[key], play, key === "current_unordered");
  }
  if (step.metrics ?? step.metrics_absent) Object.assign(seen, await metricsOf(step, play));
  return seen;
}

async function takeEvents({ sinks, nodeName }: Play, wanted: number): Promise<readonly VectorEvent[]> {
  await settle(sinks.a, wanted);
  return sinks.a.events
    .splice(0)
    .map(({ document }) => [
      document.source.replace("/sync/", ""),
      document.data.values.map((value) => vectorValue(value, nodeName)),
    ]);
}

function vectorValue(value: ReceivedEvent["document"]["data"]["values"][number], nodeName: string): VectorValue {
  const { ResourceAddress, value: text, ...rest } = value;
  const kinds: Readonly<Record<string, string>> = {
    '["notification","enumeration"]': "n",
    '["metric","decimal64.3"]': "m",
  };
  const types = JSON.stringify(Object.values(rest));
  return [ResourceAddress.replace(`/cluster/node/${nodeName}`, "~"), kinds[types] ?? types, text];
}

function statesOf(told: readonly VectorEvent[]): Readonly<Record<string, readonly string[]>> {
  const states: Record<string, string[]> = {};
  for (const [source, values] of told)
    for (const [, kind, value] of values) if (kind === "n") (states[source] ??= []).push(value);
  return states;
}

/** Asks until it is as wanted, or for long enough. */
async function askUntil(ask: () => Promise<Seen>, wanted: unknown): Promise<Seen> {
  const endMs = performance.now() + toldMs;
  for (;;) {
    const seen = await ask();
    if (isDeepStrictEqual(seen, wanted) || performance.now() > endMs) return seen;
    await sleep(50);
  }
}

function currentOf(wanted: Seen, play: Play, isUnordered: boolean): Promise<Seen> {
  const sorted = Object.entries(wanted).map(([key, each]) => [key, Array.isArray(each) ? each.toSorted(byText) : each]);
  const asSeen: unknown = isUnordered ? Object.fromEntries(sorted) : wanted;
  return askUntil(() => askForCurrent(Object.keys(wanted), play, isUnordered), asSeen);
}

async function askForCurrent(asked: readonly string[], { agent, nodeName }: Play, isUnordered: boolean): Promise<Seen> {
  const found = asked.map(async (resource) => {
    const path = `/api/ocloudNotifications/v2/cluster/node/${nodeName}/sync/${resource}/CurrentState`;
    const { status, body } = await agent.call("GET", path);
    if (status !== 200) return [resource, status] as const;
    const document: ReceivedEvent["document"] = JSON.parse(body);
    const values = document.data.values.map((value) => vectorValue(value, nodeName));
    return [resource, isUnordered ? values.toSorted(byText) : values] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

/** Sorts what has no order. */
export function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a).localeCompare(JSON.stringify(b));
}

async function metricsOf(step: VectorStep, play: Play): Promise<Seen> {
  const { metrics, metrics_absent } = step;
  // Those of the events process are a second old at most.
  const ofEvents = [...(metrics ?? []), ...(metrics_absent ?? [])].some((text) => text.includes("cne_"));
  if (ofEvents) await sleep(1_200);
  const wanted = { ...(metrics && { metrics }), ...(metrics_absent && { metrics_absent }) };
  return askUntil(() => lookAtMetrics(step, play), wanted);
}

async function lookAtMetrics(step: VectorStep, { agent, nodeName }: Play): Promise<Seen> {
  const lines = (await agent.metrics()).split("\n").filter((line) => !line.startsWith("#"));
  const parts = (line: string): string => {
    const [, name = "", labels = "", value = ""] = /^(\w+)\{(.*)\} (.*)$/.exec(line) ?? [];
    const kept = labels.split(",").filter((label) => label !== `node="${nodeName}"`);
    return `${name} ${kept.sort().join()} ${value}`;
  };
  const found = new Set(lines.map(parts));
  const series = (text: string): string => text.slice(0, text.lastIndexOf(" "));
  return {
    // What is there instead is told by its value.
    ...(step.metrics && {
      metrics: step.metrics.map((line) => {
        if (found.has(parts(line))) return line;
        const other = [...found].find((each) => series(each) === series(parts(line)));
        return `${series(line)} ${other === undefined ? "absent" : other.slice(other.lastIndexOf(" ") + 1)}`;
      }),
    }),
    ...(step.metrics_absent && {
      metrics_absent: step.metrics_absent.filter((text) => !lines.some((line) => line.includes(text))),
    }),
  };
}

async function ask(step: VectorStep, play: Play): Promise<Record<string, unknown>> {
  const [method = "", path = "", body] = step.http ?? [];
  const startMs = performance.now();
  const sent = body === undefined || body === null ? undefined : filled(JSON.stringify(body), play);
  const answer = await play.agent.call(method, filled(path, play), sent);
  const tookS = (performance.now() - startMs) / 1_000;
  const json = (): unknown => JSON.parse(answer.body);
  for (const [name, field] of Object.entries(step.save ?? {})) {
    play.saved[name] = String((json() as Record<string, unknown>)[field]);
  }
  return {
    ...(step.status !== undefined && { status: answer.status }),
    ...(step.body !== undefined && { body: answer.body }),
    ...(step.headers &&
      step.raw_event === undefined && { headers: like(answer.headers, lowerCased(step.headers), play) }),
    ...(step.json && { json: like(json(), step.json, play) }),
    ...(step.json_keys && { json_keys: Object.keys(json() as object) }),
    ...(step.json_list_len !== undefined && { json_list_len: (json() as unknown[]).length }),
    ...(step.contains && { contains: step.contains.filter((text) => answer.body.includes(filled(text, play))) }),
    ...(step.time && { time: tookS >= step.time[0] && tookS <= step.time[1] ? step.time : tookS }),
  };
}

async function lookAtRaw(step: VectorStep, play: Play): Promise<Seen> {
  const [event] = await play.sinks.a.take(1);
  const document: object = JSON.parse(event?.text ?? "{}");
  return {
    raw_event: like(document, step.raw_event, play),
    ...(step.keys && { keys: Object.keys(document) }),
    ...(step.headers && { headers: like(event?.headers, lowerCased(step.headers), play) }),
  };
}

function lowerCased(headers: Readonly<Record<string, string>>): Seen {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** What was found, in the words of what was expected where it is that: it may leave fields out, and has patterns after `re:`. */
function like(found: unknown, expected: unknown, play: Play): unknown {
  if (typeof expected === "string") {
    const text = filled(expected, play);
    const isMatch = text.startsWith("re:")
      ? new RegExp(text.slice(3).replace(":9043", `:${play.agent.apiPort}`)).test(String(found))
      : found === text;
    return isMatch ? expected : found;
  }
  if (Array.isArray(expected) && Array.isArray(found)) return found.map((each, at) => like(each, expected[at], play));
  if (typeof expected !== "object" || expected === null || typeof found !== "object" || found === null) return found;
  const fields = new Map(Object.entries(found));
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, like(fields.get(key), value, play)]));
}

function filled(text: string, { sinks, nodeName, saved }: Play): string {
  const values: Record<string, string> = {
    EP2: sinks.b.uri(),
    EP: sinks.a.uri(),
    N: `/cluster/node/${nodeName}`,
    A: "/api/ocloudNotifications/v2",
    ...saved,
  };
  return text.replaceAll(/\$(\w+)/g, (whole, name: string) => values[name] ?? whole);
}
