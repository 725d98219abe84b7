import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "./app-error.ts";
import { createHttpListener, type HttpBounds, type HttpListener } from "./http-listener.ts";
import { routeRequest, type HttpReply, type Routes } from "./http-route.ts";
import type { Logger } from "./log.ts";
import { readBody } from "./read-body.ts";
import type { TlsFiles } from "./tls-files.ts";

/** Where and what to serve. */
export interface HttpPartOptions {
  readonly name: string;
  /** Default: all addresses. */
  readonly host?: string;
  /** 0 takes a free port, see `address`. */
  readonly port: number;
  readonly routes: Routes;
  readonly log: Logger;
  /** A larger body gets 413; default 64 KiB. */
  readonly maxBodyBytes?: number;
  /** Absent: plain HTTP. Present: HTTPS alone, TLS 1.2 and newer; renewed files are used within a minute. */
  readonly tls?: TlsFiles;
}

/** An HTTP server with bounded requests: headers 16 KiB, whole request 10 s, 30 s without a byte, 256 connections. */
export type HttpPart = HttpListener;

/** Creates the server; it listens from `start` to `stop`. */
export function createHttpPart(options: HttpPartOptions): HttpPart {
  return createHttpListener({
    ...options,
    bounds,
    onRequest: (request, response) => void serve(request, response, options),
  });
}

const bounds: HttpBounds = {
  maxHeaderBytes: 16_384,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  keepAliveTimeoutMs: 5_000,
  idleTimeoutMs: 30_000,
  handshakeTimeoutMs: 5_000,
  maxConnections: 256,
};

async function serve(request: IncomingMessage, response: ServerResponse, options: HttpPartOptions): Promise<void> {
  try {
    send(response, await answer(request, options), request.method === "HEAD");
  } catch (error) {
    if (request.destroyed && !request.complete)
      return options.log.debug("a client has gone away", { server: options.name });
    options.log.error("request failed", { server: options.name, url: request.url ?? "", error: messageOf(error) });
    if (!response.headersSent) send(response, { status: 500, body: "internal error\n" }, false);
  }
}

async function answer(
  request: IncomingMessage,
  { routes, maxBodyBytes = 65_536 }: HttpPartOptions,
): Promise<HttpReply> {
  const target = request.url ?? "/";
  const split = target.indexOf("?");
  const path = split < 0 ? target : target.slice(0, split);
  const body = await readBody(request, maxBodyBytes);
  if (body === undefined) return { status: 413, body: `request body exceeds ${maxBodyBytes} bytes\n` };
  const method = request.method ?? "GET";
  const query = new URLSearchParams(split < 0 ? "" : target.slice(split + 1));
  return await routeRequest(routes, { method, path })({ method, path, query, body, headers: request.headers });
}

function send(response: ServerResponse, reply: HttpReply, headOnly: boolean): void {
  const body = Buffer.from(reply.body ?? "");
  response.writeHead(reply.status, {
    "content-type": reply.contentType ?? "text/plain; charset=utf-8",
    "content-length": body.length,
  });
  response.end(headOnly ? undefined : body);
}
