import { Agent } from "node:http";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import {
  eventsPlace,
  lockAddress,
  lockValue,
  startEvents,
  type EventsProgram,
  type FedValue,
} from "../events/events-program.ts";
import { startRawConsumer } from "../events/raw-consumer.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { sampleProcess } from "../measure/process-sample.ts";
import { until } from "../measure/until.ts";
import { single, type Target } from "../report/measurement.ts";

/** From a change of state to the consumers. */
export const events: Benchmark = {
  name: "events",
  title: "the events process: from a change of state until its POST is at the consumer",
  run: async (context) => {
    const changes = context.quick ? 100 : 2_000;
    await fanOut(context, { name: "1 subscriber", healthy: 1, changes, target: { of: "p99", atMost: 3 } });
    const many: Target = { of: "p99", atMost: 10 };
    await fanOut(context, { name: "64 subscribers", healthy: 64, changes, target: many });
    const bad = "62 subscribers, one that hangs, one that refuses";
    await fanOut(context, { name: bad, healthy: 62, changes, target: many, withBad: true });
    await memory(context);
  },
};

interface Case {
  readonly name: string;
  readonly healthy: number;
  readonly changes: number;
  readonly target: Target;
  readonly withBad?: boolean;
}

function stateOf(turn: number): readonly FedValue[] {
  return [lockValue(turn % 2 === 0 ? "LOCKED" : "FREERUN", turn)];
}

async function fanOut(context: BenchContext, { name, healthy, changes, target, withBad = false }: Case): Promise<void> {
  const arrivals: number[] = [];
  await using consumer = await startRawConsumer(() => {
    arrivals.push(monotonicMs());
    return 204;
  });
  await using program = await startEvents(context, await eventsPlace(context, name), stateOf(0));
  for (let index = 0; index < healthy; index++) await program.subscribe(`http://127.0.0.1:${consumer.port}/${index}`);
  await using _bad = withBad ? await addBad(program) : undefined;
  const samples: number[] = [];
  for (let turn = 1; turn <= changes; turn++) {
    arrivals.length = 0;
    const startMs = monotonicMs();
    program.feed(stateOf(turn));
    const what = { what: `${healthy} arrivals`, timeoutMs: 30_000, everyMs: 1 };
    await until(() => (arrivals.length >= healthy ? true : undefined), what);
    samples.push(...arrivals.map((atMs) => atMs - startMs));
  }
  context.report({ name: `change to POST, ${name}`, unit: "ms", samples, target });
  if (!withBad && healthy === 1) await pull(context, program);
}

/** Two that were well when they subscribed: one hangs from then on, the other's port is closed. */
async function addBad(program: EventsProgram): Promise<AsyncDisposable> {
  let isWell = true;
  const hangs = await startRawConsumer(() => (isWell ? 204 : "hang"));
  const refuses = await startRawConsumer(() => 204);
  await program.subscribe(`http://127.0.0.1:${hangs.port}/`);
  await program.subscribe(`http://127.0.0.1:${refuses.port}/`);
  isWell = false;
  await refuses.close();
  return hangs;
}

async function pull(context: BenchContext, program: EventsProgram): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const samples: number[] = [];
  const startMs = monotonicMs();
  const count = context.quick ? 200 : 5_000;
  for (let turn = 0; turn < count; turn++) {
    const askedMs = monotonicMs();
    await program.call("GET", `${lockAddress}/CurrentState`, { agent });
    samples.push(monotonicMs() - askedMs);
  }
  const perSecond = (count * 1_000) / (monotonicMs() - startMs);
  agent.destroy();
  context.report({ name: "CurrentState, one client", unit: "ms", samples });
  context.report(single("CurrentState, one client", "requests/s", perSecond));
}

async function memory(context: BenchContext): Promise<void> {
  const count = context.quick ? 50 : 1_000;
  let arrivals = 0;
  await using consumer = await startRawConsumer(() => {
    arrivals += 1;
    return 204;
  });
  await using program = await startEvents(context, await eventsPlace(context, "memory"), stateOf(0));
  context.report(single("events process RSS, no subscription", "MiB", sampleProcess(program.pid).rssMiB));
  const startMs = monotonicMs();
  for (let index = 0; index < count; index++) await program.subscribe(`http://127.0.0.1:${consumer.port}/${index}`);
  context.report(single("subscription, stored and told, one after the other", "ms", (monotonicMs() - startMs) / count));
  for (let turn = 1; turn <= 20; turn++) {
    arrivals = 0;
    program.feed(stateOf(turn));
    const what = { what: "all arrivals", timeoutMs: 30_000, everyMs: 5 };
    await until(() => (arrivals >= count ? true : undefined), what);
  }
  context.report(single(`events process RSS, ${count} subscriptions`, "MiB", sampleProcess(program.pid).rssMiB));
}
