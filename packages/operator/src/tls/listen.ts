import type { Server } from "node:net";
import { AppError, type Logger } from "@ptp/kit";

/** Where to listen, and who asked for it. */
export interface ListenOptions {
  /** Flag of the command line, for the message. */
  readonly flag: string;
  /** Name of the server in log lines. */
  readonly name: string;
  /** Default: all addresses, of IPv4 alone on a host without IPv6. */
  readonly host?: string;
  readonly port: number;
  readonly log: Logger;
}

/** Makes a server listen. @throws AppError invalid with flag and address if it cannot */
export function listen(server: Server, { flag, name, host, port, log }: ListenOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const failed = (cause: Error): void => {
    reject(new AppError("invalid", `${flag} ${host ?? ""}:${port} cannot be served: ${cause.message}`, { cause }));
  };
  server.once("error", failed);
  server.listen({ port, ...(host !== undefined && { host }) }, () => {
    server.off("error", failed);
    // A connection that cannot be accepted, for want of memory or descriptors, must not end the program.
    server.on("error", (error) => log.warn("connection was not accepted", { server: name, error: error.message }));
    resolve();
  });
  return promise;
}
