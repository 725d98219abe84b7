import type { IssuedCertificate } from "./certificate-authority.ts";
import type { Pki } from "./pki.ts";

/** The TCP ports of 127.0.0.1 a control plane listens on. */
export interface ControlPorts {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
}

/** Words for etcd: one member, which need not survive a crash of the machine. */
export function etcdArguments(dataDir: string, ports: ControlPorts): readonly string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    "--name=test",
    `--data-dir=${dataDir}`,
    "--unsafe-no-fsync",
    `--quota-backend-bytes=${8 * 1024 ** 3}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=test=${peer}`,
    "--log-level=warn",
  ];
}

/** Words for kube-apiserver, as kubeadm would set it up, for loopback. */
export function apiServerArguments(pki: Pki, ports: ControlPorts): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${ports.apiServer}`,
    `--tls-cert-file=${pki.apiServer.certificatePath}`,
    `--tls-private-key-file=${pki.apiServer.keyPath}`,
    `--client-ca-file=${pki.authority.certificatePath}`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${pki.serviceAccountPublicKeyPath}`,
    `--service-account-signing-key-file=${pki.serviceAccountKeyPath}`,
    "--service-cluster-ip-range=10.96.0.0/16",
    // An endpoint on loopback would be refused as invalid, over and over.
    "--endpoint-reconciler-type=none",
    "--allow-privileged=true",
    `--kubelet-client-certificate=${pki.kubeletClient.certificatePath}`,
    `--kubelet-client-key=${pki.kubeletClient.keyPath}`,
    "--kubelet-preferred-address-types=InternalIP,Hostname",
    ...frontProxyArguments(pki),
    "--profiling=false",
  ];
}

function frontProxyArguments({ frontProxyAuthority, frontProxyClient }: Pki): readonly string[] {
  return [
    `--requestheader-client-ca-file=${frontProxyAuthority.certificatePath}`,
    "--requestheader-allowed-names=front-proxy-client",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-username-headers=X-Remote-User",
    `--proxy-client-cert-file=${frontProxyClient.certificatePath}`,
    `--proxy-client-key-file=${frontProxyClient.keyPath}`,
  ];
}

/** Words for kube-controller-manager. Silent nodes stay Ready, so that Node objects need no kubelet. */
export function controllerManagerArguments(pki: Pki, ports: ControlPorts, kubeconfig: string): readonly string[] {
  return [
    ...servingArguments(pki.controllerManager, ports.controllerManager, kubeconfig),
    "--use-service-account-credentials=true",
    `--service-account-private-key-file=${pki.serviceAccountKeyPath}`,
    `--root-ca-file=${pki.authority.certificatePath}`,
    `--cluster-signing-cert-file=${pki.authority.certificatePath}`,
    `--cluster-signing-key-file=${pki.authority.keyPath}`,
    "--node-monitor-grace-period=720h",
    "--kube-api-qps=500",
    "--kube-api-burst=1000",
  ];
}

/** Words for kube-scheduler. */
export function schedulerArguments(pki: Pki, ports: ControlPorts, kubeconfig: string): readonly string[] {
  return servingArguments(pki.scheduler, ports.scheduler, kubeconfig);
}

function servingArguments(identity: IssuedCertificate, port: number, kubeconfig: string): readonly string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--tls-cert-file=${identity.certificatePath}`,
    `--tls-private-key-file=${identity.keyPath}`,
    "--leader-elect=false",
    "--profiling=false",
  ];
}
