import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as requestByTls } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { EventValue } from "@ptp/truth";
import { answerTokens, type AskToken } from "../answer-tokens.ts";
import { encodeFeedMessage } from "../feed-message.ts";
import { apiRoot } from "../events-api.ts";
import { nodeFlags } from "../events-command.ts";

const mainPath = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** Node of all tests. */
export const testNode = "node1.example.com";

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real events process with the test as its agent. */
export interface EventsProcess {
  readonly port: number;
  readonly storePath: string;
  pid(): number;
  /** Feeds a snapshot. */
  feed(values: readonly EventValue[], atUnixMs?: number): void;
  feedText(text: string): void;
  /** `path` after `$A`; an absolute one if it begins with two slashes. */
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Resolves when health says 200. */
  ready(): Promise<void>;
  metrics(): Promise<string>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  output(): string;
}

/** A folder for one test. */
export async function testFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ptp-events-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A free TCP port of the loopback. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server.address());
  server.close();
  return port;
}

/** How a process is started. */
export interface EventsProcessOptions {
  readonly storePath?: string;
  readonly port?: number;
  readonly flags?: readonly string[];
  /** The test answers for the cluster; the flag `--tokens-fd 4` is up to it. */
  readonly askToken?: AskToken;
  /** Authority of the API's certificate, where it is served by HTTPS. */
  readonly ca?: string;
}

/** Starts the process and waits until it listens; killed after the test. */
export async function startEvents(
  t: TestContext,
  { storePath, port, flags = [], askToken, ca }: EventsProcessOptions = {},
): Promise<EventsProcess> {
  const folder = storePath ?? (await testFolder(t));
  const [apiPort, metricsPort] = [port ?? (await freePort()), await freePort()];
  const place = ["--api-host", "127.0.0.1", "--api-port", String(apiPort), "--store-path", folder];
  const metrics = ["--metrics-addr", `127.0.0.1:${metricsPort}`, "--event-allow-loopback"];
  const child = spawn(process.execPath, [...nodeFlags(256), mainPath, "events", ...place, ...metrics, ...flags], {
    env: { PATH: process.env["PATH"] ?? "", NODE_NAME: testNode, UV_THREADPOOL_SIZE: "64" },
    stdio: ["ignore", "pipe", "inherit", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  const feed = child.stdio[3] as Socket;
  feed.on("error", () => undefined);
  if (askToken !== undefined) answerTokens(child.stdio[4] as Duplex, askToken);
  let output = "";
  if (child.stdout !== null) createInterface(child.stdout).on("line", (line) => (output += `${line}\n`));
  const call: EventsProcess["call"] = (method, path, body, headers) =>
    callApi(apiPort, {
      method,
      path: path.startsWith("//") ? path.slice(1) : `${apiRoot}${path}`,
      body,
      headers,
      ...(ca !== undefined && { ca }),
    });
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    const endMs = performance.now() + 60_000;
    while (!(await holds().catch(() => false))) {
      if (performance.now() > endMs) throw new Error(`${what} did not happen: ${output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await until("listening", async () => (await call("GET", "/health")).status > 0);
  return {
    port: apiPort,
    storePath: folder,
    pid: () => child.pid ?? 0,
    feed: (values, atUnixMs = Date.now()) => {
      feed.write(encodeFeedMessage({ type: "snapshot", atUnixMs, values }));
    },
    feedText: (text) => void feed.write(text),
    call,
    ready: () => until("readiness", async () => (await call("GET", "/health")).status === 200),
    metrics: async () => (await callApi(metricsPort, { method: "GET", path: "/metrics" })).body,
    kill: async (signal = "SIGKILL") => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, "exit");
    },
    output: () => output,
  };
}

interface Call {
  readonly method: string;
  readonly path: string;
  /** Text and bytes as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Present: by HTTPS. */
  readonly ca?: string;
}

/** Sends one request; the path goes as it stands: URL parsers would tidy it. */
export function callApi(port: number, { method, path, body, headers = {}, ca }: Call): Promise<Answer> {
  const bytes =
    body === undefined || typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const place = { host: "127.0.0.1", port, method, path, headers, agent: false };
    const onResponse = (response: IncomingMessage): void => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    };
    const sent = ca === undefined ? request(place, onResponse) : requestByTls({ ...place, ca }, onResponse);
    sent.on("error", reject);
    sent.end(bytes);
  });
}

/** One event that a consumer got. */
export interface ReceivedEvent {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly document: {
    readonly id: string;
    readonly source: string;
    readonly data: { readonly values: readonly { readonly ResourceAddress: string; readonly value: string }[] };
  };
  readonly atMs: number;
}

/** A real consumer. */
export interface Consumer {
  /** Its endpoint; with a name another one at the same server. */
  uri(name?: string): string;
  readonly port: number;
  readonly events: ReceivedEvent[];
  /** How it answers from now on: a status, or never. */
  answer(how: number | "never" | "slow"): void;
  /** Resolves when as many events are there; takes them. */
  take(count: number, limitMs?: number): Promise<readonly ReceivedEvent[]>;
  close(): Promise<void>;
}

/** Starts a consumer; closed after the test. */
export async function startConsumer(t: TestContext, port = 0): Promise<Consumer> {
  let how: number | "never" | "slow" = 204;
  const events: ReceivedEvent[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      if (how === "never") return;
      const text = Buffer.concat(chunks).toString();
      const { url: path = "", headers } = incoming;
      if (how === 204) events.push({ path, headers, text, document: JSON.parse(text), atMs: performance.now() });
      const status = how === "slow" ? 204 : how;
      setTimeout(() => response.writeHead(status).end(), how === "slow" ? 4_000 : 0);
    });
    incoming.on("error", () => undefined);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const bound = portOf(server.address());
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  };
  t.after(close);
  return {
    uri: (name = "event") => `http://127.0.0.1:${bound}/${name}`,
    port: bound,
    events,
    answer: (next) => void (how = next),
    take: async (count, limitMs = 60_000) => {
      const endMs = performance.now() + limitMs;
      while (events.length < count) {
        if (performance.now() > endMs) throw new Error(`${events.length} of ${count} events came`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return events.splice(0, count);
    },
    close,
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}
