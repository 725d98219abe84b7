import * as grpc from "@grpc/grpc-js";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { messageOf, type Logger, type Part } from "@ptp/kit";
import { AgentService, operatorServerOptions, serveBidi } from "@ptp/wire";
import type { AgentIdentity } from "../identity/agent-identity.ts";
import { keepCertificate } from "../tls/keep-certificate.ts";
import { listen } from "../tls/listen.ts";
import type { ServingCertificate } from "../tls/serving-certificate.ts";
import type { Sessions } from "./sessions.ts";

/** Where to listen, with which certificate, and who says which node a token is of. */
export interface TokenListenerOptions {
  /** Default: all addresses. */
  readonly host?: string;
  readonly port: number;
  /** Until there is one every handshake fails, and agents come again. */
  readonly certificate: ServingCertificate;
  readonly identity: AgentIdentity;
  readonly sessions: Sessions;
  readonly log: Logger;
  /** A connection without a session ends after this time; default 60 000. */
  readonly idleMs?: number;
}

/** Sessions over TLS 1.3 with agents that prove themselves by tokens. */
export interface TokenListener extends Part {
  /** The port that was bound. */
  port(): number;
}

const handshakeTimeoutMs = 10_000;
/** Agents open their session at once: who only connects proves nothing, and must not be kept in memory. */
const defaultIdleMs = 60_000;

/** Creates the listener. */
export function createTokenListener(options: TokenListenerOptions): TokenListener {
  const { sessions, identity, certificate, log, host, port, idleMs = defaultIdleMs } = options;
  const server = new grpc.Server({ ...operatorServerOptions, "grpc.max_connection_idle_ms": idleMs });
  serveBidi(server, AgentService.method.session, (stream) =>
    identity.whileProven(stream.metadata.get("authorization"), ({ nodeName, ...proof }) =>
      sessions.serve(nodeName, stream, proof),
    ),
  );
  // grpc-js cannot be told the lowest version of TLS, nor take a renewed certificate: this end of it is our own.
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const policy = { minVersion: "TLSv1.3", ALPNProtocols: ["h2"], handshakeTimeout: handshakeTimeoutMs } as const;
  const sockets = createServer(policy);
  sockets.on("secureConnection", (socket) => {
    socket.on("error", () => socket.destroy());
    injector.injectConnection(socket);
  });
  sockets.on("tlsClientError", (error) => log.debug("no TLS with a client", { problem: messageOf(error) }));
  let keep = () => {};
  return {
    name: "session TLS listener",
    start: async () => {
      keep = keepCertificate(sockets, certificate, log);
      const where = { ...(host !== undefined && { host }), port };
      await listen(sockets, { flag: "--listen", name: "sessions", ...where, log });
    },
    stop: async () => {
      keep();
      sockets.close();
      server.forceShutdown();
    },
    port: () => (sockets.address() as AddressInfo | null)?.port ?? 0,
  };
}
