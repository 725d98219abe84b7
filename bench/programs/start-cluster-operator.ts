import { spawn } from "node:child_process";
import { once } from "node:events";
import { collectLines } from "../../tools/lab/line-log.ts";
import { freePorts } from "../../tools/kubernetes/control-plane/free-ports.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { until } from "../measure/until.ts";
import { endingWithUs } from "./ending-with-us.ts";
import { bundledProgram } from "./program-paths.ts";

/** As whom and with what a replica runs. */
export interface ReplicaPlace {
  readonly dist: string;
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly podName: string;
  /** Where agents shall reach it. */
  readonly address: string;
  readonly certPath: string;
  readonly keyPath: string;
  /** More flags. */
  readonly flags?: readonly string[];
}

/** A running replica. */
export interface RunningReplica extends AsyncDisposable {
  readonly pid: number;
  readonly startedMs: number;
  /** Waits until /readyz says so. */
  ready(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

const readyLimitMs = 120_000;

/** Starts a replica of an operator with the words of the chart, on ports nobody else uses. */
export async function startReplica(place: ReplicaPlace): Promise<RunningReplica> {
  const { kubeconfig, namespace, podName, address, certPath, keyPath, flags = [] } = place;
  const [probePort = 0] = await freePorts(1);
  const tls = ["--listen", address, "--tls-cert", certPath, "--tls-key", keyPath];
  const http = ["--metrics-bind-address", "0", "--health-probe-bind-address", `127.0.0.1:${probePort}`];
  const args = [
    ...bundledProgram(place.dist, "ptp-operator"),
    "--kubeconfig",
    kubeconfig,
    "--leader-elect",
    ...tls,
    ...http,
    "--log-level",
    "warn",
    ...flags,
  ];
  const env = { ...process.env, POD_NAME: podName, OPERATOR_NAMESPACE: namespace, WATCH_NAMESPACE: namespace };
  const startedMs = monotonicMs();
  const [program, ...words] = endingWithUs(args);
  const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  const log = collectLines([child.stdout, child.stderr]);
  const exited = once(child, "close");
  const { pid } = child;
  if (pid === undefined) throw new Error("the operator did not start");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  const isReady = async (): Promise<true | undefined> => {
    if (child.exitCode !== null) throw new Error(`the operator ended: ${log.lines.slice(-5).join("\n")}`);
    const answer = await fetch(`http://127.0.0.1:${probePort}/readyz`).catch(() => undefined);
    return answer?.status === 200 ? true : undefined;
  };
  return {
    pid,
    startedMs,
    ready: async () => {
      await until(isReady, { what: `a ready replica ${podName}`, timeoutMs: readyLimitMs, everyMs: 20 });
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
