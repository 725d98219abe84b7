import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { AppError, errnoCode } from "./app-error.ts";
import type { Logger } from "./log.ts";
import type { Part } from "./part.ts";
import { createTlsRenewal, type TlsFiles, type TlsRenewal } from "./tls-files.ts";

/** What a listener takes from whoever connects. */
export interface HttpBounds {
  readonly maxHeaderBytes: number;
  readonly headersTimeoutMs: number;
  /** For a whole request. */
  readonly requestTimeoutMs: number;
  /** How often requests that take too long are looked for; default 30 000, the one of Node. */
  readonly checkEveryMs?: number;
  /** Between two requests. */
  readonly keepAliveTimeoutMs: number;
  /** As long without a byte during a request, or its answer that nobody reads, end a connection; default: no bound. */
  readonly idleTimeoutMs?: number;
  readonly handshakeTimeoutMs: number;
  readonly maxConnections: number;
  /** So that no one takes those of all; default: no fewer than all. */
  readonly maxPerAddress?: number;
  /** Connections that wait to be accepted; default 511, the one of Node. */
  readonly backlog?: number;
}

/** Where, how and to whom something is served. */
export interface HttpListenerOptions {
  readonly name: string;
  /** Default: all addresses. */
  readonly host?: string;
  /** 0 takes a free port, see `address`. */
  readonly port: number;
  /**
   * Absent: plain HTTP. Present: HTTPS alone, TLS 1.2 and newer; renewed files are used within a minute. With an authority of
   * clients, only who shows a certificate of it is served.
   */
  readonly tls?: TlsFiles;
  readonly bounds: HttpBounds;
  readonly onRequest: RequestListener;
  readonly log: Logger;
}

/** An HTTP server as a part. */
export interface HttpListener extends Part {
  /** Bound address, once started. */
  address(): { readonly host: string; readonly port: number };
}

/** Creates the server; it listens from `start` to `stop`, which ends all connections. */
export function createHttpListener(options: HttpListenerOptions): HttpListener {
  const { server, renewal } = createServers(options);
  const sockets = trackSockets(server, options.bounds);
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

function createServers(options: HttpListenerOptions): { readonly server: Server; readonly renewal?: TlsRenewal } {
  const { tls, log, name, onRequest, bounds } = options;
  const limits = {
    maxHeaderSize: bounds.maxHeaderBytes,
    headersTimeout: bounds.headersTimeoutMs,
    requestTimeout: bounds.requestTimeoutMs,
    keepAliveTimeout: bounds.keepAliveTimeoutMs,
    ...(bounds.checkEveryMs !== undefined && { connectionsCheckingInterval: bounds.checkEveryMs }),
  };
  if (tls === undefined) return { server: bounded(createServer(limits, onRequest), bounds) };
  const asksClients = tls.clientCaPath !== undefined;
  const clients = { requestCert: asksClients, rejectUnauthorized: asksClients };
  const policy = { ...clients, handshakeTimeout: bounds.handshakeTimeoutMs, minVersion: "TLSv1.2" } as const;
  const server = bounded(createTlsServer({ ...limits, ...policy }, onRequest), bounds);
  server.on("tlsClientError", (error) => log.debug("no TLS with a client", { server: name, problem: error.message }));
  return { server, renewal: createTlsRenewal(tls, (context) => server.setSecureContext(context), log) };
}

function bounded<S extends Server>(server: S, { idleTimeoutMs = 0 }: HttpBounds): S {
  server.setTimeout(idleTimeoutMs);
  return server;
}

function trackSockets(server: Server, { maxConnections, maxPerAddress }: HttpBounds): ReadonlySet<Socket> {
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
    // Those of TLS have no other listener until the handshake is done.
    socket.on("error", () => undefined);
    if (count > (maxPerAddress ?? maxConnections)) socket.destroy();
  });
  return sockets;
}

function listen(server: Server, { name, host, port, bounds, log }: HttpListenerOptions): Promise<void> {
  const { backlog } = bounds;
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      const inUse = errnoCode(error) === "EADDRINUSE";
      const remedy = inUse ? "another process listens there; choose another address" : error.message;
      const where = `${host ?? "*"}:${port}`;
      reject(new AppError("invalid", `${name} cannot listen on ${where}: ${remedy}`, { cause: error }));
    };
    server.once("error", failed);
    server.listen({ port, ...(host !== undefined && { host }), ...(backlog !== undefined && { backlog }) }, () => {
      server.off("error", failed);
      // A connection that cannot be accepted, for want of memory or descriptors, must not end the program.
      server.on("error", (error) => log.warn("connection was not accepted", { server: name, error: error.message }));
      resolve();
    });
  });
}
