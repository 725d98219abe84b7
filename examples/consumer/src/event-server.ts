import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { readEvent, type PtpEvent } from "./ptp-event.ts";

/** Where events are taken. */
export interface EventServer {
  readonly port: number;
  close(): Promise<void>;
}

const maxBytes = 262_144;

/**
 * Takes events on any path: 204 for one, 400 for what is none. `GET /health` is for probes.
 *
 * It answers at once: the producer waits 2 s at most, and what takes longer belongs behind `onEvent`.
 */
export async function openEventServer(port: number, onEvent: (event: PtpEvent) => void): Promise<EventServer> {
  const onRequest: RequestListener = (request, response) => {
    void takeRequest(request, onEvent).then(
      (status) => response.writeHead(status).end(),
      () => response.destroy(),
    );
  };
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000 }, onRequest);
  server.listen(port);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function takeRequest(request: IncomingMessage, onEvent: (event: PtpEvent) => void): Promise<number> {
  if (request.method === "GET" && request.url === "/health") return 200;
  if (request.method !== "POST") return 405;
  const event = readEvent((await bodyOf(request)) ?? "");
  if (event === undefined) return 400;
  onEvent(event);
  return 204;
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
