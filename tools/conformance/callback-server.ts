import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A request that came to an endpoint. */
export interface Received {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** By `performance.now()`. */
  readonly atMs: number;
}

/** How an endpoint answers. */
export interface EndpointAnswer {
  readonly status: number;
  readonly delayMs?: number;
  readonly location?: string;
}

/** A callback of its own, so that cases do not see each other's events. */
export interface Endpoint {
  /** As the producer is told. */
  readonly uri: string;
  readonly received: readonly Received[];
  /** Changes what it answers from now on; 204 at first. */
  answer(answer: EndpointAnswer): void;
  /** Resolves once this many requests have come since the beginning. @throws after `withinMs`. */
  count(wanted: number, withinMs?: number): Promise<readonly Received[]>;
}

/** Where a producer sends events to. */
export interface CallbackServer {
  endpoint(answer?: EndpointAnswer): Endpoint;
  close(): Promise<void>;
}

/** Where to listen, and how the producer reaches it. */
export interface CallbackAddress {
  /** In URIs; default: that of `listenHost`. */
  readonly host: string;
  readonly listenHost: string;
  /** 0: any. */
  readonly port: number;
}

interface Entry extends Endpoint {
  take(request: IncomingMessage, body: string): EndpointAnswer;
}

/** Starts the server. */
export async function openCallbackServer(address: CallbackAddress): Promise<CallbackServer> {
  const entries = new Map<string, Entry>();
  const closing = new AbortController();
  const server = createServer((request, response) => {
    void serve(request, response, { entries, signal: closing.signal });
  });
  server.listen(address.port, address.listenHost);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  let number = 0;
  return {
    endpoint: (answer = { status: 204 }) => {
      const path = `/conformance-${process.pid}-${++number}`;
      const entry = createEntry(`http://${host}:${port}${path}`, answer);
      entries.set(path, entry);
      return entry;
    },
    close: async () => {
      closing.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function createEntry(uri: string, first: EndpointAnswer): Entry {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  let answer = first;
  return {
    uri,
    received,
    answer: (next) => {
      answer = next;
    },
    take: ({ method = "", headers }, body) => {
      received.push({ method, headers, body, atMs: performance.now() });
      for (const look of waiting) look();
      return answer;
    },
    count: async (wanted, withinMs = 5_000) => {
      if (received.length >= wanted) return received;
      const timeout = AbortSignal.timeout(withinMs);
      await new Promise<void>((resolve, reject) => {
        const fail = (): void =>
          reject(new Error(`${received.length} of ${wanted} events came to ${uri} within ${withinMs} ms`));
        timeout.addEventListener("abort", fail, { once: true });
        const look = (): void => {
          if (received.length < wanted) return;
          timeout.removeEventListener("abort", fail);
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      });
      return received;
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { entries, signal }: { readonly entries: ReadonlyMap<string, Entry>; readonly signal: AbortSignal },
): Promise<void> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const entry = entries.get(request.url ?? "");
    const answer = entry?.take(request, Buffer.concat(chunks).toString()) ?? { status: 404 };
    if (answer.delayMs !== undefined) await sleep(answer.delayMs, undefined, { signal });
    response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location }).end();
  } catch {
    // The producer has hung up, or the suite is over.
    response.destroy();
  }
}
