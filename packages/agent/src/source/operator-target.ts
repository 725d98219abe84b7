import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { credentials, Metadata } from "@grpc/grpc-js";
import { messageOf } from "@ptp/kit";
import type { SessionTarget } from "@ptp/wire";
import { SessionFault, type SessionReason } from "./session-problem.ts";

/** Files that prove the operator to this node, and this node to its operator: by a certificate, or by its pod's token. */
export type OperatorTls =
  | { readonly caPath: string; readonly certPath: string; readonly keyPath: string }
  | { readonly caPath: string; readonly tokenPath: string };

/**
 * Where the operator is. Files are read at each call, so that renewed certificates and tokens are used by the next session.
 *
 * @throws SessionFault of a file that cannot be read or holds something else.
 */
export async function operatorTarget(address: string, tls: OperatorTls | undefined): Promise<SessionTarget> {
  if (tls === undefined) return { address };
  const ca = await readAuthority(tls.caPath);
  if ("tokenPath" in tls) {
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${await readToken(tls.tokenPath)}`);
    return { address, credentials: credentials.createSsl(ca), metadata };
  }
  const [cert, key] = await Promise.all([
    readNamed("--operator-cert", tls.certPath),
    readNamed("--operator-key", tls.keyPath),
  ]);
  try {
    return { address, credentials: credentials.createSsl(ca, key, cert) };
  } catch (error) {
    const files = `--operator-cert ${tls.certPath} and --operator-key ${tls.keyPath}`;
    throw new SessionFault("file", `${files} do not fit: ${messageOf(error)}`, { cause: error });
  }
}

async function readNamed(flag: string, path: string, reason: SessionReason = "file"): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new SessionFault(reason, `${flag} ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** OpenSSL takes a file without certificates, and then trusts nobody. */
async function readAuthority(path: string): Promise<Buffer> {
  const pem = await readNamed("--operator-ca", path);
  try {
    void new X509Certificate(pem);
    return pem;
  } catch (error) {
    throw new SessionFault("file", `--operator-ca ${path} holds no certificate (PEM)`, { cause: error });
  }
}

/** The error of what is no token must not show it: it goes to the log. */
async function readToken(path: string): Promise<string> {
  const text = (await readNamed("--token-file", path, "token")).toString("utf8").trim();
  if (!/^[\w.~+/=-]{1,8192}$/.test(text)) throw new SessionFault("token", `--token-file ${path} holds no token`);
  return text;
}
