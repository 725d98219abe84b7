import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import {
  AppError,
  createTlsRenewal,
  errnoCode,
  messageOf,
  readBody,
  type Logger,
  type Part,
  type TlsFiles,
  type TlsRenewal,
} from "@ptp/kit";
import { bearerToken, type Caller, type TokenVerifier } from "./caller.ts";
import type { ApiReply, EventsApi } from "./events-api.ts";

/** Where and how the API is served. */
export interface EventsServerOptions {
  /** Default: all addresses. */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly api: EventsApi;
  /** Absent: plain HTTP. With authorities of clients, only who shows a certificate of them is served. */
  readonly tls?: TlsFiles;
  /** Present: what changes subscriptions needs a bearer token that it accepts. */
  readonly tokens?: TokenVerifier;
  readonly log: Logger;
}

/** The server as a part. */
export interface EventsServer extends Part {
  port(): number;
}

const bounds = {
  maxHeaderSize: 16_384,
  headersTimeout: 2_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 500,
  keepAliveTimeout: 65_000,
};
const handshakeTimeoutMs = 2_000;
const maxBodyBytes = 65_536;
const maxConnections = 2_048;

/** Connections of one address, so that no one takes those of all. */
const maxPerAddress = 512;

/** Creates the server; it listens from `start` to `stop`. */
export function createEventsServer(options: EventsServerOptions): EventsServer {
  const { server, renewal } = createServers(options);
  const sockets = boundSockets(server);
  return {
    name: "events API",
    start: async () => {
      await renewal?.start();
      await listen(server, options);
    },
    stop: () =>
      new Promise((resolve) => {
        renewal?.stop();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    port: () => {
      const bound = server.address();
      if (bound === null || typeof bound === "string") throw new AppError("bug", "the events API does not listen");
      return bound.port;
    },
  };
}

function createServers(options: EventsServerOptions): { readonly server: Server; readonly renewal?: TlsRenewal } {
  const { tls, log } = options;
  const onRequest: RequestListener = (request, response) => void serve(request, response, options);
  if (tls === undefined) return { server: createServer(bounds, onRequest) };
  const asksClients = tls.clientCaPath !== undefined;
  const policy = { requestCert: asksClients, rejectUnauthorized: asksClients, handshakeTimeout: handshakeTimeoutMs };
  const server = createTlsServer({ ...bounds, ...policy, minVersion: "TLSv1.2" }, onRequest);
  server.on("tlsClientError", (error) => log.debug("no TLS with a client", { problem: error.message }));
  return { server, renewal: createTlsRenewal(tls, (context) => server.setSecureContext(context), log) };
}

function boundSockets(server: Server): ReadonlySet<Socket> {
  server.maxConnections = maxConnections;
  const sockets = new Set<Socket>();
  const byAddress = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    const count = (byAddress.get(address) ?? 0) + 1;
    sockets.add(socket);
    byAddress.set(address, count);
    socket.once("close", () => {
      sockets.delete(socket);
      const left = (byAddress.get(address) ?? 1) - 1;
      if (left > 0) byAddress.set(address, left);
      else byAddress.delete(address);
    });
    socket.on("error", () => undefined);
    if (count > maxPerAddress) socket.destroy();
  });
  return sockets;
}

function listen(server: Server, { host, port, log }: EventsServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      const inUse = errnoCode(error) === "EADDRINUSE";
      const remedy = inUse ? "another process listens there; choose another --api-port" : error.message;
      reject(new AppError("invalid", `events cannot be served on ${host ?? "*"}:${port}: ${remedy}`, { cause: error }));
    };
    server.once("error", failed);
    server.listen({ port, backlog: 1_024, ...(host !== undefined && { host }) }, () => {
      server.off("error", failed);
      server.on("error", (error) => log.warn("a connection was not accepted", { error: error.message }));
      resolve();
    });
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, options: EventsServerOptions): Promise<void> {
  try {
    send(request, response, await answer(request, options));
  } catch (error) {
    options.log.error("a request failed", { url: request.url ?? "", error: messageOf(error) });
    if (!response.headersSent) send(request, response, { status: 500 });
  }
}

async function answer(request: IncomingMessage, { api, tokens }: EventsServerOptions): Promise<ApiReply> {
  const target = request.url ?? "/";
  const split = target.indexOf("?");
  const method = request.method ?? "";
  const mutates = method !== "GET" && method !== "HEAD";
  const token = tokens !== undefined && mutates ? bearerToken(request.headers.authorization) : undefined;
  const subject = token === undefined ? undefined : await tokens?.verify(token);
  if (tokens !== undefined && mutates && subject === undefined) {
    return { status: 401, headers: { "WWW-Authenticate": "Bearer" } };
  }
  const body = await readBody(request, maxBodyBytes);
  if (body === undefined) return { status: 413, headers: { Connection: "close" } };
  return api({
    method,
    path: split < 0 ? target : target.slice(0, split),
    query: new URLSearchParams(split < 0 ? "" : target.slice(split + 1)),
    headers: request.headers,
    body,
    caller: { ...callerOf(request.socket), ...(subject !== undefined && { subject }) },
  });
}

function callerOf(socket: Socket): Caller {
  const address = socket.remoteAddress ?? "";
  if (!(socket instanceof TLSSocket) || !socket.authorized) return { address };
  const name = socket.getPeerCertificate().subject?.CN;
  return typeof name === "string" ? { address, certificate: name } : { address };
}

function send(request: IncomingMessage, response: ServerResponse, reply: ApiReply): void {
  const body = Buffer.from(reply.body ?? "");
  const hasLength = reply.status !== 204;
  response.writeHead(reply.status, {
    ...(reply.contentType !== undefined && { "Content-Type": reply.contentType }),
    ...(hasLength && { "Content-Length": body.length }),
    ...reply.headers,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
