import * as grpc from "@grpc/grpc-js";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:tls";
import { AppError, errnoCode, messageOf, type Logger, type Part } from "@ptp/kit";
import { AgentService, operatorServerOptions, serveBidi } from "@ptp/wire";
import type { AgentIdentity } from "../identity/agent-identity.ts";
import { keepCertificate } from "../tls/keep-certificate.ts";
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
}

/** Sessions over TLS 1.3 with agents that prove themselves by tokens. */
export interface TokenListener extends Part {
  /** The port that was bound. */
  port(): number;
}

const handshakeTimeoutMs = 10_000;

/** Creates the listener. */
export function createTokenListener(options: TokenListenerOptions): TokenListener {
  const { sessions, identity, certificate, log } = options;
  const server = new grpc.Server(operatorServerOptions);
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
      await listen(sockets, options);
    },
    stop: async () => {
      keep();
      sockets.close();
      server.forceShutdown();
    },
    port: () => (sockets.address() as AddressInfo | null)?.port ?? 0,
  };
}

async function listen(sockets: Server, { host, port }: TokenListenerOptions): Promise<void> {
  try {
    await bind(sockets, host ?? "::", port).catch((error: unknown) => {
      // A host without IPv6.
      if (host === undefined && errnoCode(error) === "EAFNOSUPPORT") return bind(sockets, "0.0.0.0", port);
      throw error;
    });
  } catch (error) {
    throw new AppError("invalid", `--listen ${host ?? ""}:${port} cannot be served: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function bind(sockets: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  sockets.once("error", reject);
  sockets.listen({ host, port }, () => {
    sockets.off("error", reject);
    resolve();
  });
  return promise.finally(() => sockets.off("error", reject));
}
