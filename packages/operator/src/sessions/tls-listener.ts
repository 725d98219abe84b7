import * as grpc from "@grpc/grpc-js";
import { readFile } from "node:fs/promises";
import { AppError, messageOf, type Part } from "@ptp/kit";
import { AgentService, operatorServerOptions, serveBidi, WireError } from "@ptp/wire";
import { nodeOfCertificate } from "./certificate-node.ts";
import type { Sessions } from "./sessions.ts";

/** Where to listen and with which files (PEM). */
export interface TlsListenerOptions {
  /** `host:port` */
  readonly address: string;
  readonly certPath: string;
  readonly keyPath: string;
  /** Agents must show a certificate of this authority. */
  readonly caPath: string;
  readonly sessions: Sessions;
}

/** Sessions over the network with mutual TLS. */
export interface TlsListener extends Part {
  /** The port that was bound. */
  port(): number;
}

/** Creates the listener; the node of a session is the one its certificate names. */
export function createTlsListener(options: TlsListenerOptions): TlsListener {
  const server = new grpc.Server(operatorServerOptions);
  let port = 0;
  serveBidi(server, AgentService.method.session, async (stream) => {
    const nodeName = nodeOfCertificate(stream.authContext().sslPeerCertificate?.subjectaltname);
    if (nodeName === undefined) {
      throw new WireError(
        "UNAUTHENTICATED",
        "the certificate must have exactly one subject alternative name URI:ptp-node:<node>",
      );
    }
    await options.sessions.serve(nodeName, stream);
  });
  return {
    name: "session TLS listener",
    start: async () => {
      port = await bind(server, options);
    },
    stop: async () => server.forceShutdown(),
    port: () => port,
  };
}

async function bind(server: grpc.Server, { address, certPath, keyPath, caPath }: TlsListenerOptions): Promise<number> {
  try {
    const [ca, cert_chain, private_key] = await Promise.all([readFile(caPath), readFile(certPath), readFile(keyPath)]);
    const credentials = grpc.ServerCredentials.createSsl(ca, [{ cert_chain, private_key }], true);
    return await new Promise<number>((resolve, reject) =>
      server.bindAsync(address, credentials, (error, port) => (error === null ? resolve(port) : reject(error))),
    );
  } catch (error) {
    throw new AppError("invalid", `--listen ${address} cannot be served: ${messageOf(error)}`, { cause: error });
  }
}
