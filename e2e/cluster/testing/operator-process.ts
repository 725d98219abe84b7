import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { collectLines } from "../../../tools/lab/line-log.ts";

/** A running operator. */
export interface OperatorProcess {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  /** Where agents reach it. */
  readonly address: string;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/** Where and as whom an operator runs. */
export interface OperatorPlace {
  readonly kubeconfig: string;
  readonly podName: string;
  readonly port: number;
  readonly certPath: string;
  readonly keyPath: string;
  /** Default: no metrics. */
  readonly metricsPort?: number;
  readonly flags?: readonly string[];
}

const program = join(import.meta.dirname, "../../../packages/operator/src/main.ts");

/** Starts an operator in its own process as one of several replicas; it ends with the test. */
export function startOperator(t: TestContext, place: OperatorPlace): OperatorProcess {
  const { kubeconfig, podName, port, certPath, keyPath, metricsPort, flags = [] } = place;
  const address = `127.0.0.1:${port}`;
  const metrics = metricsPort === undefined ? "0" : `127.0.0.1:${metricsPort}`;
  const off = ["--metrics-bind-address", metrics, "--health-probe-bind-address", "0"];
  const tls = ["--listen", address, "--tls-cert", certPath, "--tls-key", keyPath];
  const env = {
    ...process.env,
    POD_NAME: podName,
    OPERATOR_NAMESPACE: "openshift-ptp",
    WATCH_NAMESPACE: "openshift-ptp",
  };
  const args = [program, "--kubeconfig", kubeconfig, "--leader-elect", ...tls, ...off, ...flags];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  t.after(kill);
  return { child, lines: collectLines([child.stdout]).lines, address, kill };
}
