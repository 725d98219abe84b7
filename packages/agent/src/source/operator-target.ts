import { readFile } from "node:fs/promises";
import { credentials } from "@grpc/grpc-js";
import type { SessionTarget } from "@ptp/wire";

/** Files that prove this node to its operator, and the operator to it. */
export interface OperatorTls {
  readonly caPath: string;
  readonly certPath: string;
  readonly keyPath: string;
}

/**
 * Where the operator is. Files are read at each call, so that renewed certificates are used by the next session.
 *
 * @throws the system error of a file that cannot be read.
 */
export async function operatorTarget(address: string, tls: OperatorTls | undefined): Promise<SessionTarget> {
  if (tls === undefined) return { address };
  const [ca, cert, key] = await Promise.all([tls.caPath, tls.certPath, tls.keyPath].map((path) => readFile(path)));
  return { address, credentials: credentials.createSsl(ca ?? null, key ?? null, cert ?? null) };
}
