import { existsSync } from "node:fs";
import { join } from "node:path";
import { etcdDir, fetchedEtcdRelease } from "./etcd-release.ts";
import { kubernetesVersion } from "./kubernetes-version.ts";

/** Programs built from the pinned Go module: the folder name of each one's main package is its name. */
export const goPackages = {
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
  "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
  kubectl: "k8s.io/kubernetes/cmd/kubectl",
  helm: "helm.sh/helm/v3/cmd/helm",
  kubelet: "k8s.io/kubernetes/cmd/kubelet",
} as const;

/** A program built from source. */
export type GoProgram = keyof typeof goPackages;

/** What a control plane and its clients need; kubelet is for real nodes only and built on request. */
export const controlPlanePrograms: readonly GoProgram[] = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubectl",
  "helm",
];

/** Where the built programs of the pinned Kubernetes version lie (absolute), fit for a program search path. */
export function programDir(): string {
  return join(import.meta.dirname, "../../../.cache/kubernetes", kubernetesVersion());
}

/** Path of a built program; it exists only after `make kubernetes`. */
export function programPath(program: GoProgram): string {
  return join(programDir(), program);
}

/** Path of etcd. Throws when it is not fetched. */
export function etcdPath(): string {
  const release = fetchedEtcdRelease();
  if (release === undefined) throw new Error(notBuilt);
  return join(etcdDir(release), "usr/bin/etcd");
}

const notBuilt = "the Kubernetes control plane is not built: run make kubernetes";

/** Why no control plane can be started here, or undefined when it can: what a test gives to `t.skip`. */
export function kubernetesMissing(): string | undefined {
  const complete =
    fetchedEtcdRelease() !== undefined && controlPlanePrograms.every((name) => existsSync(programPath(name)));
  return complete ? undefined : notBuilt;
}
