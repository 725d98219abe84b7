import { setTimeout as sleep } from "node:timers/promises";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { watchConsumer, type Chance, type WatchedConsumer } from "../events/delivery-oracle.ts";
import { eventsNode, eventsPlace, startEvents, type EventsProgram, type FedValue } from "../events/events-program.ts";
import { startRawConsumer } from "../events/raw-consumer.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { sampleProcess } from "../measure/process-sample.ts";
import { until } from "../measure/until.ts";
import { single } from "../report/measurement.ts";

const classAddress = `/cluster/node/${eventsNode}/sync/ptp-status/clock-class`;

/** Whether anything is lost, reordered or stale when consumers fail and the process is killed. */
export const eventsKill: Benchmark = {
  name: "events-kill",
  title: "10,000 changes to 64 subscribers that fail at random, kill -9 of the events process",
  run: async (context) => {
    const [changes, subscribers, kills] = context.quick ? [600, 8, 2] : [10_000, 64, 12];
    const chance = seededChance(20_261_121);
    const consumers = Array.from({ length: subscribers }, () => watchConsumer(chance));
    await using servers = await serverOf(consumers);
    const run: Run = { context, consumers, chance, changes, kills, ports: servers.ports };
    const outcome = await play(run);
    report(run, outcome);
  },
};

interface Run {
  readonly context: BenchContext;
  readonly consumers: readonly WatchedConsumer[];
  readonly ports: readonly number[];
  readonly chance: Chance;
  readonly changes: number;
  readonly kills: number;
}

interface Outcome {
  readonly elapsedMs: number;
  readonly truthMs: number;
  readonly stale: number;
  readonly uncounted: number;
  readonly dropped: number;
  readonly rssMiB: number;
}

async function serverOf(consumers: readonly WatchedConsumer[]) {
  const servers = await Promise.all(consumers.map(({ take }) => startRawConsumer(take)));
  return {
    ports: servers.map(({ port }) => port),
    [Symbol.asyncDispose]: async () => void (await Promise.all(servers.map((server) => server.close()))),
  };
}

function stateOf(number: number): readonly FedValue[] {
  return [{ resource: "clock-class", name: "bench0x", clockClass: number, cause: ["benchmark"] }];
}

async function play(run: Run): Promise<Outcome> {
  const { context, consumers, chance, changes, kills, ports } = run;
  const place = await eventsPlace(context, "kill");
  let program = await startEvents(context, place, stateOf(0));
  try {
    for (const [at, port] of ports.entries()) await subscribed(program, consumers[at], port);
    const startMs = monotonicMs();
    const killAt = new Set(Array.from({ length: kills }, () => Math.floor(chance() * changes * 0.9) + 20));
    let [first, uncounted, dropped] = [1, 0, 0];
    for (let number = 1; number <= changes; number++) {
      program.feed(stateOf(number));
      if (chance() < 0.05) await caughtUp(consumers, number - 40);
      if (!killAt.has(number)) continue;
      const counted = await account(program, consumers, { first, last: number });
      // The kill comes at any moment, with more on its way.
      for (let more = 0; more < 15 && number < changes; more++) program.feed(stateOf(++number));
      await sleep(chance() * 5);
      await program.kill();
      uncounted += counted.uncountedNow();
      dropped += counted.dropped;
      first = number + 1;
      program = await startEvents(context, place, stateOf(number));
    }
    for (const consumer of consumers) consumer.heal();
    const healedMs = monotonicMs();
    const elapsedMs = healedMs - startMs;
    await untilTrue(consumers, changes);
    const truthMs = monotonicMs() - healedMs;
    const counted = await account(program, consumers, { first, last: changes });
    const stale = consumers.filter((consumer) => consumer.newest() !== changes).length;
    const { rssMiB } = sampleProcess(program.pid);
    uncounted += counted.uncountedNow();
    return { elapsedMs, truthMs, stale, uncounted, dropped: dropped + counted.dropped, rssMiB };
  } finally {
    await program.kill();
  }
}

/** Consumers fail from their first event on; a first notification that fails is no subscription. */
async function subscribed(program: EventsProgram, consumer: WatchedConsumer | undefined, port: number): Promise<void> {
  const what = { what: `a subscription of port ${port}`, timeoutMs: 60_000, everyMs: 1 };
  const tried = async () => {
    const body = JSON.stringify({ ResourceAddress: classAddress, EndpointUri: `http://127.0.0.1:${port}/event` });
    const { status } = await program.call("POST", "/subscriptions", { body });
    return status === 201 ? true : undefined;
  };
  await until(tried, what);
  if (consumer?.newest() !== 0) throw new Error("a first notification did not tell the state");
}

/** Half of them are as far: those that fail may lag behind, as their queues allow. */
async function caughtUp(consumers: readonly WatchedConsumer[], number: number): Promise<void> {
  const isFar = (): true | undefined =>
    consumers.filter((consumer) => consumer.newest() >= number).length * 2 >= consumers.length ? true : undefined;
  await until(isFar, { what: `change ${number} at half of the consumers`, timeoutMs: 60_000, everyMs: 1 });
}

async function untilTrue(consumers: readonly WatchedConsumer[], number: number): Promise<void> {
  const isTrue = () => (consumers.every((consumer) => consumer.newest() === number) ? true : undefined);
  // Who is not by then is told as stale.
  await until(isTrue, { what: "the true state everywhere", timeoutMs: 5_000, everyMs: 5 }).catch(() => undefined);
}

interface Accounted {
  readonly dropped: number;
  /** Of the changes until the counters were read: those that neither came, nor were counted, nor waited. */
  uncountedNow(): number;
}

/** Reads the counters of one life of the process, from its first change to one that it has taken. */
async function account(
  program: EventsProgram,
  consumers: readonly WatchedConsumer[],
  { first, last }: { readonly first: number; readonly last: number },
): Promise<Accounted> {
  const published = 'cne_api_events_published{address="/sync/ptp-status/clock-class",status="success"}';
  const taken = async () => {
    const series = await program.metrics();
    return (series.get(published) ?? 0) >= last - first + 1 ? series : undefined;
  };
  const series = await until(taken, { what: `change ${last} taken`, timeoutMs: 30_000, everyMs: 5 });
  const drops = [...series].filter(([name]) => name.startsWith("ptp_events_dropped_total"));
  const dropped = drops.reduce((sum, [, value]) => sum + value, 0);
  const waiting = series.get("ptp_events_queue_waiting") ?? 0;
  return {
    dropped,
    uncountedNow: () => {
      const missing = consumers.reduce((sum, consumer) => sum + consumer.missing(first, last), 0);
      return Math.max(0, missing - dropped - waiting);
    },
  };
}

function report({ context, consumers, changes, kills }: Run, outcome: Outcome): void {
  const none = { target: { of: "max", atMost: 0 } } as const;
  const sum = (of: (consumer: WatchedConsumer) => number) => consumers.reduce((total, each) => total + of(each), 0);
  const what = `${changes} changes, ${consumers.length} subscribers, ${kills} kills`;
  context.report(single(`stale 5 s after the last failure, ${what}`, "subscribers", outcome.stale, none));
  context.report(
    single(
      "older state after a newer one",
      "events",
      sum((each) => each.reordered()),
      none,
    ),
  );
  context.report(single("lost without a counter", "events", outcome.uncounted, none));
  context.report(single("counted as dropped: a newer state waited", "events", outcome.dropped));
  context.report(
    single(
      "came again with their id",
      "events",
      sum((each) => each.repeated()),
    ),
  );
  const missing = sum((each) => each.missing(1, changes));
  context.report(single("never told, of those while it was killed too", "events", missing));
  context.report(
    single("last failure until all are true", "ms", outcome.truthMs, { target: { of: "max", atMost: 5_000 } }),
  );
  context.report(single("changes, failures and kills included", "changes/s", (changes * 1_000) / outcome.elapsedMs));
  context.report(single("events process RSS at the end", "MiB", outcome.rssMiB));
}

/** The same failures in each run, as far as timing goes. */
function seededChance(seed: number): Chance {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
