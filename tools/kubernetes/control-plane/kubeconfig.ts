import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CertificateAuthority, IssuedCertificate } from "./certificate-authority.ts";

/** The API server a kubeconfig points to. */
export interface KubeconfigServer {
  readonly url: string;
  readonly caPem: string;
}

/** How a client proves who it is: a certificate, or a bearer token. */
export type KubeconfigUser = IssuedCertificate | { readonly token: string };

/** Writes a kubeconfig with everything inside, readable by its owner only (JSON, which is YAML). */
export async function writeKubeconfig(path: string, server: KubeconfigServer, user: KubeconfigUser): Promise<void> {
  const base64 = (text: string | Buffer): string => Buffer.from(text).toString("base64");
  const credentials =
    "token" in user
      ? { token: user.token }
      : {
          "client-certificate-data": base64(await readFile(user.certificatePath)),
          "client-key-data": base64(await readFile(user.keyPath)),
        };
  const cluster = { server: server.url, "certificate-authority-data": base64(server.caPem) };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "test", user: credentials }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    "current-context": "test",
  };
  await writeFile(path, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
}

/** Makes clients of an API server, each with a kubeconfig of its own. */
export interface KubeconfigWriter {
  /** Writes a kubeconfig for any user, proven by a client certificate, and returns its path. */
  kubeconfig(user: string, groups?: readonly string[]): Promise<string>;
  /** Writes a kubeconfig with a bearer token and returns its path. */
  tokenKubeconfig(token: string): Promise<string>;
}

/** Writes into `dir`, as `client-1.kubeconfig` and so on. */
export function createKubeconfigWriter(
  dir: string,
  server: KubeconfigServer,
  authority: CertificateAuthority,
): KubeconfigWriter {
  let clients = 0;
  const nextName = (): string => `client-${String((clients += 1))}`;
  const write = async (name: string, user: KubeconfigUser): Promise<string> => {
    const path = join(dir, `${name}.kubeconfig`);
    await writeKubeconfig(path, server, user);
    return path;
  };
  return {
    kubeconfig: async (user, groups = []) => {
      const name = nextName();
      return write(name, await authority.issue(name, { commonName: user, organizations: groups }));
    },
    tokenKubeconfig: (token) => write(nextName(), { token }),
  };
}
