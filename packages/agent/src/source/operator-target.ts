import { readFile } from "node:fs/promises";
import { credentials, Metadata } from "@grpc/grpc-js";
import { AppError } from "@ptp/kit";
import type { SessionTarget } from "@ptp/wire";

/** Files that prove the operator to this node, and this node to its operator: by a certificate, or by its pod's token. */
export type OperatorTls =
  | { readonly caPath: string; readonly certPath: string; readonly keyPath: string }
  | { readonly caPath: string; readonly tokenPath: string };

/**
 * Where the operator is. Files are read at each call, so that renewed certificates and tokens are used by the next session.
 *
 * @throws the system error of a file that cannot be read; AppError of one that holds no token.
 */
export async function operatorTarget(address: string, tls: OperatorTls | undefined): Promise<SessionTarget> {
  if (tls === undefined) return { address };
  const ca = await readFile(tls.caPath);
  if ("tokenPath" in tls) {
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${await readToken(tls.tokenPath)}`);
    return { address, credentials: credentials.createSsl(ca), metadata };
  }
  const [cert, key] = await Promise.all([readFile(tls.certPath), readFile(tls.keyPath)]);
  return { address, credentials: credentials.createSsl(ca, key, cert) };
}

/** The error of what is no token must not show it: it goes to the log. */
async function readToken(path: string): Promise<string> {
  const text = (await readFile(path, "utf8")).trim();
  if (!/^[\w.~+/=-]{1,8192}$/.test(text)) throw new AppError("invalid", `--token-file ${path} holds no token`);
  return text;
}
