import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { AppError, errnoCode, messageOf } from "./app-error.ts";
import { routeRequest, type HttpReply, type Routes } from "./http-route.ts";
import type { Logger } from "./log.ts";
import type { Part } from "./part.ts";
import { readBody } from "./read-body.ts";
import { createTlsRenewal, type TlsFiles, type TlsRenewal } from "./tls-files.ts";

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

/** An HTTP server with bounded requests: headers 16 KiB, whole request 10 s, 256 connections. */
export interface HttpPart extends Part {
  /** Bound address, once started. */
  address(): { readonly host: string; readonly port: number };
}

/** Creates the server; it listens from `start` to `stop`. */
export function createHttpPart(options: HttpPartOptions): HttpPart {
  const { server, renewal } = createServers(options);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return {
    name: options.name,
    start: async () => {
      await renewal?.start();
      await listen(server, options);
    },
    stop: () =>
      new Promise((resolve) => {
        renewal?.stop();
        server.close(() => resolve());
        // `closeAllConnections` leaves those of TLS that have not asked for anything.
        for (const socket of sockets) socket.destroy();
      }),
    address: () => {
      const bound = server.address();
      if (bound === null || typeof bound === "string") throw new AppError("bug", `${options.name} is not listening`);
      return { host: bound.address, port: bound.port };
    },
  };
}

const bounds = { maxHeaderSize: 16_384, headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 5_000 };
const handshakeTimeoutMs = 5_000;

function createServers(options: HttpPartOptions): { readonly server: Server; readonly renewal?: TlsRenewal } {
  const { tls, log, name } = options;
  const onRequest: RequestListener = (request, response) => void serve(request, response, options);
  if (tls === undefined) return { server: bounded(createServer(bounds, onRequest)) };
  const asksClients = tls.clientCaPath !== undefined;
  const policy = { requestCert: asksClients, rejectUnauthorized: asksClients, handshakeTimeout: handshakeTimeoutMs };
  const server = createTlsServer({ ...bounds, ...policy, minVersion: "TLSv1.2" }, onRequest);
  server.on("tlsClientError", (error) => log.debug("no TLS with a client", { server: name, problem: error.message }));
  return {
    server: bounded(server),
    renewal: createTlsRenewal(tls, (context) => server.setSecureContext(context), log),
  };
}

function bounded<T extends Server>(server: T): T {
  server.maxConnections = 256;
  return server;
}

function listen(server: Server, { name, host, port, log }: HttpPartOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      const where = `${host ?? "*"}:${port}`;
      const remedy =
        errnoCode(error) === "EADDRINUSE" ? "another process listens there; choose another address" : error.message;
      reject(new AppError("invalid", `${name} cannot listen on ${where}: ${remedy}`, { cause: error }));
    };
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      // A connection that cannot be accepted, for want of memory or descriptors, must not end the program.
      server.on("error", (error) => log.warn("connection was not accepted", { server: name, error: error.message }));
      resolve();
    });
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, options: HttpPartOptions): Promise<void> {
  try {
    send(response, await answer(request, options), request.method === "HEAD");
  } catch (error) {
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
