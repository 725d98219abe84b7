import { spawn } from "node:child_process";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { collectLines } from "../../tools/lab/line-log.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { until } from "../measure/until.ts";
import { endingWithUs } from "./ending-with-us.ts";
import { bundledProgram } from "./program-paths.ts";

/** Where an operator reads and serves. */
export interface OperatorPlaces {
  readonly dist: string;
  readonly directory: string;
  readonly sessionDir: string;
}

/** A running operator, on the machine itself. */
export interface RunningOperator extends AsyncDisposable {
  readonly pid: number;
  readonly startedMs: number;
  /** Waits for the socket of a node. */
  serves(nodeName: string): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Words that start an operator on ports nobody else uses. */
export function operatorWords({ dist, directory, sessionDir }: OperatorPlaces): readonly string[] {
  const places = ["--directory", directory, "--session-dir", sessionDir];
  const ports = ["--metrics-bind-address", "127.0.0.1:0", "--health-probe-bind-address", "127.0.0.1:0"];
  return [...bundledProgram(dist, "ptp-operator"), ...places, ...ports, "--log-level", "warn"];
}

/** Starts an operator. */
export async function startOperator(places: OperatorPlaces): Promise<RunningOperator> {
  const [program, ...args] = endingWithUs(operatorWords(places));
  const startedMs = monotonicMs();
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const log = collectLines([child.stdout, child.stderr]);
  const exited = once(child, "close");
  const { pid } = child;
  if (pid === undefined) throw new Error("the operator did not start");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  const isServing = async (nodeName: string): Promise<true | undefined> => {
    if (child.exitCode !== null) throw new Error(`the operator ended: ${log.lines.slice(-5).join("\n")}`);
    return await access(join(places.sessionDir, `${nodeName}.sock`)).then(
      () => true as const,
      () => undefined,
    );
  };
  return {
    pid,
    startedMs,
    serves: async (nodeName) => {
      const what = `the operator's socket for ${nodeName}`;
      await until(() => isServing(nodeName), { what, timeoutMs: 60_000, everyMs: 20 });
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
