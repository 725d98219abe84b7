import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { collectLines, type LineLog } from "../../../tools/lab/line-log.ts";
import { freePorts } from "../../../tools/kubernetes/control-plane/free-ports.ts";

const root = join(import.meta.dirname, "../../..");

/** An agent in controller mode, in a mount namespace with a /run of its own. */
export interface ControllerAgent {
  readonly pid: number;
  readonly log: LineLog;
  readonly exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  /** HTTP status of a path on the port of controller mode; 0: no answer. */
  probe(path: string): Promise<number>;
}

/** Which node, and as whom its agent speaks to the API server. */
export interface ControllerAgentPlace {
  readonly name: string;
  readonly kubeconfig: string;
}

/** Starts an agent from its sources, with a ptp4l of a few lines; it ends with the test. */
export async function startControllerAgent(
  t: TestContext,
  { name, kubeconfig }: ControllerAgentPlace,
): Promise<ControllerAgent> {
  const folder = await mkdtemp(join(tmpdir(), "controller-"));
  // The child is another user.
  await chmod(folder, 0o755);
  const readable = join(folder, "kubeconfig");
  await copyFile(kubeconfig, readable);
  await chmod(readable, 0o644);
  const [port = 0] = await freePorts(1);
  const ports = ["--metrics-bind-address", "127.0.0.1:0", "--probe-bind-address", "127.0.0.1:0"];
  const controller = ["--use-controller=true", "--operator-program", join(root, "packages/operator/src/main.ts")];
  const place = ["--state-dir", join(folder, "state"), "--kubeconfig", readable];
  const programs = ["--program-path", join(root, "packages/agent/src/process/testing/bin")];
  const probes = ["--controller-probe-bind-address", `127.0.0.1:${port}`];
  const flags = [...controller, ...place, ...programs, ...ports, ...probes];
  const agent = [process.execPath, join(root, "packages/agent/src/main.ts"), ...flags];
  const privateRun = 'mount -t tmpfs tmpfs /run && exec "$@"';
  const child = spawn("unshare", ["-m", "sh", "-c", privateRun, "sh", ...agent], {
    env: {
      PATH: process.env["PATH"] ?? "",
      NODE_NAME: name,
      NAME_SPACE: "openshift-ptp",
      WATCH_NAMESPACE: "openshift-ptp",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit").then(([code]) => code as number | null);
  t.after(async () => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  });
  return {
    pid: child.pid ?? 0,
    log: collectLines([child.stdout]),
    exited,
    kill: (signal) => void child.kill(signal),
    probe: (path) => httpStatus(port, path),
  };
}

function httpStatus(port: number, path: string): Promise<number> {
  return new Promise((resolve) => {
    request({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", () => resolve(0))
      .end();
  });
}

/** The operator that an agent started. Rejects while there is none. */
export async function childOf({ pid, log }: ControllerAgent): Promise<number> {
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const [stat, command] = await Promise.all(
      ["stat", "cmdline"].map((file) => readFile(`/proc/${entry}/${file}`, "utf8").catch(() => "")),
    );
    const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(stat ?? "")?.[1]);
    if (parent === pid && command?.includes("--only-node") === true) return Number(entry);
  }
  throw new Error(`no operator of this node runs; its agent says: ${log.lines.slice(-5).join("\n")}`);
}
