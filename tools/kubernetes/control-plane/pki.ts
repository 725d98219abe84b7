import { generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  createCertificateAuthority,
  type CertificateAuthority,
  type IssuedCertificate,
} from "./certificate-authority.ts";

/** All keys and certificates of a control plane. */
export interface Pki {
  readonly authority: CertificateAuthority;
  readonly apiServer: IssuedCertificate;
  /** With which the API server calls kubelets. */
  readonly kubeletClient: IssuedCertificate;
  readonly admin: IssuedCertificate;
  readonly controllerManager: IssuedCertificate;
  readonly scheduler: IssuedCertificate;
  /** For extension API servers. */
  readonly frontProxyAuthority: CertificateAuthority;
  readonly frontProxyClient: IssuedCertificate;
  /** With which tokens of service accounts are signed and checked. */
  readonly serviceAccountKeyPath: string;
  readonly serviceAccountPublicKeyPath: string;
}

const loopback = ["IP:127.0.0.1", "DNS:localhost"];
/** The address of the API server inside a cluster: the first of the Services. */
export const clusterApiAddress = "10.96.0.1";

const serviceNames = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
const inCluster = [...serviceNames.map((name) => `DNS:${name}`), `IP:${clusterApiAddress}`];
const masters = ["system:masters"];

/** Makes the keys and certificates under `dir`. */
export async function createPki(dir: string): Promise<Pki> {
  await mkdir(dir, { mode: 0o700 });
  const [authority, frontProxyAuthority] = await Promise.all([
    createCertificateAuthority(dir, "ca"),
    createCertificateAuthority(dir, "front-proxy-ca"),
  ]);
  const issue: CertificateAuthority["issue"] = (name, subject) => authority.issue(name, subject);
  const [apiServer, kubeletClient, admin, controllerManager, scheduler, frontProxyClient] = await Promise.all([
    issue("apiserver", { commonName: "kube-apiserver", alternativeNames: [...loopback, ...inCluster] }),
    issue("kubelet-client", { commonName: "kube-apiserver-kubelet-client", organizations: masters }),
    issue("admin", { commonName: "kubernetes-admin", organizations: masters }),
    issue("controller-manager", { commonName: "system:kube-controller-manager", alternativeNames: loopback }),
    issue("scheduler", { commonName: "system:kube-scheduler", alternativeNames: loopback }),
    frontProxyAuthority.issue("front-proxy-client", { commonName: "front-proxy-client" }),
  ]);
  const certificates = { authority, apiServer, kubeletClient, admin, controllerManager, scheduler };
  return { ...certificates, frontProxyAuthority, frontProxyClient, ...(await serviceAccountKeys(dir)) };
}

async function serviceAccountKeys(
  dir: string,
): Promise<Pick<Pki, "serviceAccountKeyPath" | "serviceAccountPublicKeyPath">> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const serviceAccountKeyPath = join(dir, "service-account.key");
  const serviceAccountPublicKeyPath = join(dir, "service-account.pub");
  await writeFile(serviceAccountKeyPath, privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
  await writeFile(serviceAccountPublicKeyPath, publicKey.export({ type: "spki", format: "pem" }));
  return { serviceAccountKeyPath, serviceAccountPublicKeyPath };
}
