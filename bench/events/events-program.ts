import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { Agent, createServer, request } from "node:http";
import { join } from "node:path";
import type { Writable } from "node:stream";
import type { BenchContext } from "../benchmark.ts";
import { until } from "../measure/until.ts";
import { bundledProgram } from "../programs/program-paths.ts";

/** The node of all benchmarks of events. */
export const eventsNode = "bench";

/** Its resource of a PTP clock's state. */
export const lockAddress = `/cluster/node/${eventsNode}/sync/ptp-status/lock-state`;

const api = "/api/ocloudNotifications/v2";

/** What an events process is fed: values as the agent tells them. */
export type FedValue = Readonly<Record<string, unknown>>;

/** The state of one PTP clock. */
export function lockValue(state: string, offsetNs: number): FedValue {
  return { resource: "lock-state", name: "bench0x", state, offsetNs, cause: ["benchmark"] };
}

/** A request to the API. */
export interface EventsRequest {
  readonly body?: string;
  readonly agent?: Agent;
}

/** An events process as agents start it, with the benchmark as its agent. */
export interface EventsProgram extends AsyncDisposable {
  readonly pid: number;
  /** Where it listens and what it stores: to be started again with. */
  readonly place: EventsPlace;
  feed(values: readonly FedValue[]): void;
  /** @throws Error if the answer is not 201. */
  subscribe(endpointUri: string, address?: string): Promise<void>;
  /** Calls `path` below the API's root; resolves with status and body. */
  call(method: string, path: string, options?: EventsRequest): Promise<EventsReply>;
  /** Its series by name and labels. */
  metrics(): Promise<ReadonlyMap<string, number>>;
  kill(): Promise<void>;
}

/** An answer of the API. */
export interface EventsReply {
  readonly status: number;
  readonly body: string;
}

/** Ports and folder of an events process. */
export interface EventsPlace {
  readonly apiPort: number;
  readonly metricsPort: number;
  readonly storePath: string;
}

/** Chooses a place; `name` is its folder's. */
export async function eventsPlace({ workDir }: BenchContext, name: string): Promise<EventsPlace> {
  const storePath = join(workDir, `events ${name}`);
  await mkdir(storePath, { recursive: true });
  return { apiPort: await freePort(), metricsPort: await freePort(), storePath };
}

/** Starts the process and waits until it takes subscriptions. */
export async function startEvents(
  { dist }: BenchContext,
  place: EventsPlace,
  values: readonly FedValue[],
): Promise<EventsProgram> {
  const { apiPort, metricsPort, storePath } = place;
  const flags = ["--node-name", eventsNode, "--api-host", "127.0.0.1", "--api-port", String(apiPort)];
  const more = ["--store-path", storePath, "--event-allow-loopback", "--metrics-addr", `127.0.0.1:${metricsPort}`];
  // As agents do: packages/agent/src/events/events-command.ts.
  const [program = "", ...given] = bundledProgram(dist, "ptp-agent");
  const own = ["--max-semi-space-size=4", "--max-old-space-size=128"];
  const words = given.filter((word) => !word.startsWith("--max-semi-space-size"));
  const child = spawn(program, [...own, ...words, "events", ...flags, ...more], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", UV_THREADPOOL_SIZE: "64" },
  });
  const ended = once(child, "exit");
  const call: EventsProgram["call"] = (method, path, options) =>
    ask({ port: apiPort, method, path: `${api}${path}` }, options);
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  feedOf(child).on("error", () => undefined);
  const feed: EventsProgram["feed"] = (next) => void feedOf(child).write(snapshot(next));
  feed(values);
  const isHealthy = async () =>
    (await call("GET", "/health").catch(() => undefined))?.status === 200 ? true : undefined;
  await until(isHealthy, { what: "health of the events process", timeoutMs: 30_000, everyMs: 10 });
  return {
    pid: child.pid ?? 0,
    place,
    feed,
    call,
    kill,
    subscribe: async (endpointUri, address = lockAddress) => {
      const body = JSON.stringify({ ResourceAddress: address, EndpointUri: endpointUri });
      const { status } = await call("POST", "/subscriptions", { body });
      if (status !== 201) throw new Error(`subscription of ${endpointUri}: ${status}`);
    },
    metrics: async () => seriesOf((await ask({ port: metricsPort, method: "GET", path: "/metrics" })).body),
    [Symbol.asyncDispose]: kill,
  };
}

function feedOf(child: ChildProcess): Writable {
  return child.stdio[3] as Writable;
}

function snapshot(values: readonly FedValue[]): string {
  return `${JSON.stringify({ version: 1, type: "snapshot", atUnixMs: Date.now(), values })}\n`;
}

function seriesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

interface Call {
  readonly port: number;
  readonly method: string;
  readonly path: string;
}

function ask(call: Call, { body, agent }: EventsRequest = {}): Promise<EventsReply> {
  return new Promise((resolve, reject) => {
    const place = { host: "127.0.0.1", ...call, ...(agent !== undefined && { agent }) };
    const sent = request(place, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
