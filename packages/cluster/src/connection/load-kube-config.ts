import { KubeConfig } from "@kubernetes/client-node";
import { AppError, messageOf } from "@ptp/kit";

/** Where the API server and the proof of who we are come from. */
export interface KubeConfigSource {
  /** A kubeconfig file; without one the ServiceAccount of the pod. */
  readonly kubeconfig?: string;
  /** A context of that file other than its current one. */
  readonly context?: string;
}

/**
 * Reads a kubeconfig.
 *
 * @throws AppError invalid if it cannot be read or names no cluster.
 */
export function loadKubeConfig({ kubeconfig, context }: KubeConfigSource): KubeConfig {
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromCluster();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    const from = kubeconfig ?? "the pod's ServiceAccount";
    throw new AppError("invalid", `kubeconfig ${from} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  if (context !== undefined) config.setCurrentContext(context);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined || !URL.canParse(server) || server.includes("undefined")) {
    const remedy = "name a kubeconfig file with a context, or run in a pod with a ServiceAccount";
    throw new AppError("invalid", `no API server is known: ${remedy}`);
  }
  return config;
}
