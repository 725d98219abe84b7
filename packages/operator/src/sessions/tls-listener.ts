import * as grpc from "@grpc/grpc-js";
import type { AddressInfo } from "node:net";
import { createServer, type SecureContextOptions } from "node:tls";
import { createTlsRenewal, messageOf, type Logger, type Part } from "@ptp/kit";
import { AgentService, operatorServerOptions, serveBidi, WireError } from "@ptp/wire";
import { listen } from "../tls/listen.ts";
import type { ServedPair } from "../tls/serving-certificate.ts";
import { nodeOfCertificate } from "./certificate-node.ts";
import type { Sessions } from "./sessions.ts";

/** Where to listen and with which files (PEM). */
export interface TlsListenerOptions {
  /** Default: all addresses. */
  readonly host?: string;
  readonly port: number;
  readonly certPath: string;
  readonly keyPath: string;
  /** Agents must show a certificate of this authority. */
  readonly caPath: string;
  readonly sessions: Sessions;
  readonly log: Logger;
  /** Renewed files are used after this time at the latest; default a minute. */
  readonly rereadMs?: number;
}

/** Sessions over the network with mutual TLS. `start` throws AppError invalid for files or an address of no use. */
export interface TlsListener extends Part {
  /** The port that was bound. */
  port(): number;
  /** What is shown; undefined before the start. */
  current(): ServedPair | undefined;
}

const handshakeTimeoutMs = 10_000;

/** A renewal gives what it read, as text. */
function text(part: SecureContextOptions["key"]): string {
  return typeof part === "string" || Buffer.isBuffer(part) ? part.toString() : "";
}

/** Creates the listener; the node of a session is the one its certificate names. Sessions outlive a renewal of the files. */
export function createTlsListener(options: TlsListenerOptions): TlsListener {
  const { sessions, log, host, port, certPath, keyPath, caPath: clientCaPath, rereadMs } = options;
  const server = new grpc.Server(operatorServerOptions);
  serveBidi(server, AgentService.method.session, async (stream) => {
    const nodeName = nodeOfCertificate(stream.authContext().sslPeerCertificate?.subjectaltname);
    if (nodeName === undefined) {
      throw new WireError(
        "UNAUTHENTICATED",
        "the certificate must have exactly one subject alternative name URI:ptp-node:<node>",
      );
    }
    await sessions.serve(nodeName, stream);
  });
  const sockets = createSockets(server, log);
  let shown: ServedPair | undefined;
  const take = (context: SecureContextOptions): void => {
    sockets.setSecureContext({ ...context, minVersion: "TLSv1.3" });
    shown = { cert: text(context.cert), key: text(context.key), authority: text(context.ca) };
  };
  const renewal = createTlsRenewal({ certPath, keyPath, clientCaPath }, take, log, rereadMs);
  return {
    name: "session TLS listener",
    start: async () => {
      await renewal.start();
      await listen(sockets, { flag: "--listen", name: "sessions", ...(host !== undefined && { host }), port, log });
    },
    stop: async () => {
      renewal.stop();
      sockets.close();
      server.forceShutdown();
    },
    port: () => (sockets.address() as AddressInfo | null)?.port ?? 0,
    current: () => shown,
  };
}

/** grpc-js cannot take renewed files: this end of it is our own. */
function createSockets(server: grpc.Server, log: Logger) {
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const sockets = createServer({
    minVersion: "TLSv1.3",
    ALPNProtocols: ["h2"],
    handshakeTimeout: handshakeTimeoutMs,
    requestCert: true,
    rejectUnauthorized: true,
  });
  sockets.on("secureConnection", (socket) => {
    socket.on("error", () => socket.destroy());
    injector.injectConnection(socket);
  });
  sockets.on("tlsClientError", (error) => log.debug("no TLS with a client", { problem: messageOf(error) }));
  return sockets;
}
