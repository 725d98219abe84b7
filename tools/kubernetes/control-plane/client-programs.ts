import { execFile } from "node:child_process";
import { join } from "node:path";
import { programPath } from "../binaries/programs.ts";

/** How to run kubectl or helm once. */
export interface ClientOptions {
  /** Path of the kubeconfig to use; default the administrator's. */
  readonly kubeconfig?: string;
  readonly stdin?: string;
  /** Killed and failed after this time; default 60 s. */
  readonly timeoutMs?: number;
}

/** Runs a client program to its end and returns its standard output; throws an Error with its standard error. */
export type ClientProgram = (args: readonly string[], options?: ClientOptions) => Promise<string>;

/** What kubectl and helm find in their environment: a kubeconfig, and caches that are not the user's own. */
export function clientEnvironment(stateDir: string, kubeconfig: string): Readonly<Record<string, string>> {
  return {
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: join(stateDir, "kubectl-cache"),
    HELM_CACHE_HOME: join(stateDir, "helm/cache"),
    HELM_CONFIG_HOME: join(stateDir, "helm/config"),
    HELM_DATA_HOME: join(stateDir, "helm/data"),
  };
}

/** Gives kubectl or helm for the control plane whose state is in `stateDir`. */
export function createClientProgram(
  program: "kubectl" | "helm",
  stateDir: string,
  adminKubeconfig: string,
): ClientProgram {
  return async (args, { kubeconfig = adminKubeconfig, stdin = "", timeoutMs = 60_000 } = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const env = { ...process.env, ...clientEnvironment(stateDir, kubeconfig) };
    const options = { env, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(programPath(program), args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${args.join(" ")}: ${stderr.trim() || error.message}`, { cause: error }));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(stdin);
    return promise;
  };
}
