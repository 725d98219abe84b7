import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { Agent, createServer, request, type Server } from "node:http";
import { join } from "node:path";
import type { Writable } from "node:stream";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { sampleProcess } from "../measure/process-sample.ts";
import { until } from "../measure/until.ts";
import { bundledProgram } from "../programs/program-paths.ts";
import { single, type Target } from "../report/measurement.ts";

const nodeName = "bench";
const resource = `/cluster/node/${nodeName}/sync/ptp-status/lock-state`;
const api = "/api/ocloudNotifications/v2";

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

async function fanOut(context: BenchContext, { name, healthy, changes, target, withBad = false }: Case): Promise<void> {
  await using consumer = await startConsumer();
  await using program = await startEvents(context, name, consumer.port);
  const { arrivals } = consumer;
  for (let index = 0; index < healthy; index++) await program.subscribe(`http://127.0.0.1:${consumer.port}/${index}`);
  await using refuses = withBad ? await startConsumer() : undefined;
  if (refuses !== undefined) {
    await program.subscribe(`http://127.0.0.1:${consumer.port}/hangs`);
    await program.subscribe(`http://127.0.0.1:${refuses.port}/`);
    consumer.hang();
    await refuses.close();
  }
  const samples: number[] = [];
  for (let turn = 1; turn <= changes; turn++) {
    arrivals.length = 0;
    const startMs = monotonicMs();
    program.feed(turn % 2 === 0 ? "LOCKED" : "FREERUN", turn);
    await until(() => (arrivals.length >= healthy ? true : undefined), {
      what: `${healthy} arrivals`,
      timeoutMs: 30_000,
      everyMs: 1,
    });
    samples.push(...arrivals.map((atMs) => atMs - startMs));
  }
  context.report({ name: `change to POST, ${name}`, unit: "ms", samples, target });
  if (!withBad && healthy === 1) await pull(context, program);
}

async function pull(context: BenchContext, program: Program): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const samples: number[] = [];
  const startMs = monotonicMs();
  const count = context.quick ? 200 : 5_000;
  for (let turn = 0; turn < count; turn++) {
    const askedMs = monotonicMs();
    await program.call("GET", `${resource}/CurrentState`, { agent });
    samples.push(monotonicMs() - askedMs);
  }
  const perSecond = (count * 1_000) / (monotonicMs() - startMs);
  agent.destroy();
  context.report({ name: "CurrentState, one client", unit: "ms", samples });
  context.report(single("CurrentState, one client", "requests/s", perSecond));
}

async function memory(context: BenchContext): Promise<void> {
  const count = context.quick ? 50 : 1_000;
  await using consumer = await startConsumer();
  await using program = await startEvents(context, "memory", consumer.port);
  context.report(single("events process RSS, no subscription", "MiB", sampleProcess(program.pid).rssMiB));
  const startMs = monotonicMs();
  for (let index = 0; index < count; index++) await program.subscribe(`http://127.0.0.1:${consumer.port}/${index}`);
  context.report(single("subscription, stored and told, one after the other", "ms", (monotonicMs() - startMs) / count));
  for (let turn = 0; turn < 20; turn++) {
    consumer.arrivals.length = 0;
    program.feed(turn % 2 === 0 ? "FREERUN" : "LOCKED", turn);
    const what = { what: "all arrivals", timeoutMs: 30_000, everyMs: 5 };
    await until(() => (consumer.arrivals.length >= count ? true : undefined), what);
  }
  context.report(single(`events process RSS, ${count} subscriptions`, "MiB", sampleProcess(program.pid).rssMiB));
}

interface Consumer extends AsyncDisposable {
  readonly port: number;
  /** When each event came, but for those of `/hangs`. */
  readonly arrivals: number[];
  /** From now on `/hangs` is not answered. */
  hang(): void;
  close(): Promise<void>;
}

async function startConsumer(): Promise<Consumer> {
  const arrivals: number[] = [];
  let hangs = false;
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    const atMs = monotonicMs();
    incoming.resume();
    if (incoming.url === "/hangs" && hangs) return;
    if (incoming.url !== "/hangs") arrivals.push(atMs);
    response.writeHead(204).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => closed(server);
  return { port: portOf(server), arrivals, hang: () => void (hangs = true), close, [Symbol.asyncDispose]: close };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

interface Program extends AsyncDisposable {
  readonly pid: number;
  feed(state: string, offsetNs: number): void;
  subscribe(endpointUri: string): Promise<void>;
  call(method: string, path: string, options?: { readonly body?: string; readonly agent?: Agent }): Promise<number>;
}

async function startEvents({ dist, workDir }: BenchContext, name: string, taken: number): Promise<Program> {
  const port = taken > 30_000 ? taken - 5_000 : taken + 5_000;
  const storePath = join(workDir, `events ${name}`);
  await mkdir(storePath, { recursive: true });
  const place = ["--node-name", nodeName, "--api-host", "127.0.0.1", "--api-port", String(port)];
  const [program = "", ...flags] = bundledProgram(dist, "ptp-agent");
  const child = spawn(program, [...flags, "events", ...place, "--store-path", storePath, "--event-allow-loopback"], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const call: Program["call"] = (method, path, options) => callApi(port, { method, path, ...options });
  const feed: Program["feed"] = (state, offsetNs) => writeSnapshot(child, state, offsetNs);
  feed("LOCKED", 0);
  const isHealthy = async () => ((await call("GET", "/health").catch(() => 0)) === 200 ? true : undefined);
  await until(isHealthy, { what: "health of the events process", timeoutMs: 30_000, everyMs: 10 });
  return {
    pid: child.pid ?? 0,
    feed,
    call,
    subscribe: async (endpointUri) => {
      const body = JSON.stringify({ ResourceAddress: resource, EndpointUri: endpointUri });
      const status = await call("POST", "/subscriptions", { body });
      if (status !== 201) throw new Error(`subscription of ${endpointUri}: ${status}`);
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
      await writeFile(join(storePath, "done"), "");
    },
  };
}

function writeSnapshot(child: ChildProcess, state: string, offsetNs: number): void {
  const value = { resource: "lock-state", name: "bench0x", state, offsetNs, cause: ["benchmark"] };
  const feed = child.stdio[3] as Writable;
  feed.write(`${JSON.stringify({ version: 1, type: "snapshot", atUnixMs: Date.now(), values: [value] })}\n`);
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly agent?: Agent;
}

function callApi(port: number, { method, path, body, agent }: Call): Promise<number> {
  return new Promise((resolve, reject) => {
    const place = { host: "127.0.0.1", port, method, path: `${api}${path}`, ...(agent !== undefined && { agent }) };
    const sent = request(place, (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
