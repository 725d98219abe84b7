import type { ControllerOptions } from "../agent-options.ts";

/** Where the child and this agent meet. */
export interface ControllerPlace {
  readonly nodeName: string;
  readonly setprivPath: string;
  /** Node itself. */
  readonly nodePath: string;
  readonly programPath: string;
  readonly sessionDirectory: string;
  /** PATH of this agent. */
  readonly path: string;
  /** What this agent was told of the cluster: a pod's variables of the API server. */
  readonly cluster: Readonly<Record<string, string>>;
}

/** A command line with its complete environment. */
export interface OperatorCommand {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The operator of this node: a process of another user, without capabilities and with no way to any, that is killed with this
 * one. It has no ports: this agent tells of it.
 */
export function operatorCommand(options: ControllerOptions, place: ControllerPlace): OperatorCommand {
  const { userId, namespace, watchNamespaces, kubeconfig } = options;
  const user = ["--reuid", String(userId), "--regid", String(userId), "--clear-groups"];
  // Set last by setpriv: a change of user clears it.
  const wrapper = [place.setprivPath, ...user, "--no-new-privs", "--pdeathsig", "KILL", "--"];
  // As its launcher has them, which cannot give them to itself.
  const node = [place.nodePath, "--max-semi-space-size=1", "--v8-pool-size=1", place.programPath];
  const session = ["--only-node", place.nodeName, "--session-dir", place.sessionDirectory, "--namespace", namespace];
  const silent = ["--metrics-bind-address", "0", "--health-probe-bind-address", "0"];
  const cluster = kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig];
  return {
    command: [...wrapper, ...node, ...session, ...silent, ...cluster],
    env: { ...place.cluster, PATH: place.path, ...(watchNamespaces && { WATCH_NAMESPACE: watchNamespaces }) },
  };
}
