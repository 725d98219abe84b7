import { kubernetesVersion, pinnedVersion } from "./kubernetes-version.ts";

/**
 * The linker's words: no debug tables, and the versions that releases have linked in. Without them an API server is
 * v0.0.0, kubectl finds that it is too new, and helm renders charts for Kubernetes 1.20.
 */
export function linkFlags(): string {
  const version = kubernetesVersion();
  const [major = "", minor = ""] = version.replace(/^v/, "").split(".");
  const values: Readonly<Record<string, string>> = {
    "k8s.io/component-base/version.gitVersion": version,
    "k8s.io/component-base/version.gitMajor": major,
    "k8s.io/component-base/version.gitMinor": minor,
    "helm.sh/helm/v3/internal/version.version": pinnedVersion("helm.sh/helm/v3"),
    "helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor": major,
    "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor": minor,
    "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor": major,
    "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor": minor,
  };
  return ["-s", "-w", ...Object.entries(values).map(([name, value]) => `-X ${name}=${value}`)].join(" ");
}
