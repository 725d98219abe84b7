import * as grpc from "@grpc/grpc-js";
import { readFile } from "node:fs/promises";
import type { AddressInfo, Server } from "node:net";
import { createServer, type SecureContextOptions, type Server as TlsServer } from "node:tls";
import { AppError, errnoCode, messageOf, type Logger, type Part } from "@ptp/kit";
import { AgentService, operatorServerOptions, serveBidi, WireError } from "@ptp/wire";
import type { AgentIdentity } from "../identity/agent-identity.ts";
import type { Sessions } from "./sessions.ts";

/** Where to listen, with which files (PEM), and who says which node a token is of. */
export interface TokenListenerOptions {
  /** Default: all addresses. */
  readonly host?: string;
  readonly port: number;
  readonly certPath: string;
  readonly keyPath: string;
  readonly identity: AgentIdentity;
  readonly sessions: Sessions;
  readonly log: Logger;
}

/** Sessions over TLS 1.3 with agents that prove themselves by tokens. */
export interface TokenListener extends Part {
  /** The port that was bound. */
  port(): number;
}

/** A renewed certificate is used after this time at the latest. */
const rereadMs = 60_000;
const handshakeTimeoutMs = 10_000;

/** Creates the listener; the certificate's files are read again every minute. */
export function createTokenListener(options: TokenListenerOptions): TokenListener {
  const { sessions, identity, log } = options;
  const server = new grpc.Server(operatorServerOptions);
  serveBidi(server, AgentService.method.session, async (stream) => {
    const nodeName = await identified(() => identity.nodeOf(stream.metadata.get("authorization")), log);
    await sessions.serve(nodeName, stream);
  });
  // grpc-js cannot be told the lowest version of TLS, nor take a renewed certificate: this end of it is our own.
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  let sockets: TlsServer | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    name: "session TLS listener",
    start: async () => {
      const files = await readFiles(options);
      sockets = createServer({
        ...files,
        minVersion: "TLSv1.3",
        ALPNProtocols: ["h2"],
        handshakeTimeout: handshakeTimeoutMs,
      });
      sockets.on("secureConnection", (socket) => {
        socket.on("error", () => socket.destroy());
        injector.injectConnection(socket);
      });
      sockets.on("tlsClientError", (error) => log.debug("no TLS with a client", { problem: messageOf(error) }));
      await listen(sockets, options);
      timer = setInterval(() => void reread(sockets, options), rereadMs).unref();
    },
    stop: async () => {
      clearInterval(timer);
      sockets?.close();
      server.forceShutdown();
    },
    port: () => (sockets?.address() as AddressInfo | undefined)?.port ?? 0,
  };
}

async function identified(nodeOf: () => Promise<string>, log: Logger): Promise<string> {
  try {
    return await nodeOf();
  } catch (error) {
    if (error instanceof WireError) {
      log.info("agent refused", { status: error.status, reason: error.message });
    }
    throw error;
  }
}

async function readFiles({ certPath, keyPath }: TokenListenerOptions): Promise<SecureContextOptions> {
  try {
    const [cert, key] = await Promise.all([readFile(certPath), readFile(keyPath)]);
    return { cert, key };
  } catch (error) {
    throw new AppError("invalid", `--tls-cert and --tls-key cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** A pair that does not fit (it is just being replaced) leaves the one before in use. */
async function reread(sockets: TlsServer | undefined, options: TokenListenerOptions): Promise<void> {
  try {
    sockets?.setSecureContext({ ...(await readFiles(options)), minVersion: "TLSv1.3" });
  } catch (error) {
    options.log.warn("the TLS certificate stays the one before", { problem: messageOf(error) });
  }
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
