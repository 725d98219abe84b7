import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { collectLines } from "../../lab/line-log.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { freePorts } from "../control-plane/free-ports.ts";
import { planContainer } from "../lab-kubelet/container-plan.ts";
import type { LabContainer, LabPod } from "../lab-kubelet/pod.ts";
import { localArgs } from "./local-args.ts";
import { writeMountedFiles } from "./mounted-files.ts";

/** A container's program as a process of this machine. */
export interface LocalProgram {
  readonly lines: readonly string[];
  /** Ports of 127.0.0.1 by the names the container gives them. */
  readonly portByName: ReadonlyMap<string, number>;
  /** Its exit code; undefined: a signal ended it. */
  readonly exited: Promise<number | undefined>;
  isReady(): Promise<boolean>;
  /** Writes what the mounted objects hold by now, as kubelets do now and then. */
  refreshFiles(): Promise<void>;
  /** SIGTERM, then SIGKILL after the grace. */
  stop(graceMs: number): Promise<void>;
}

/** What it starts from. */
export interface LocalProgramOptions {
  readonly plane: Pick<ControlPlane, "api" | "dir" | "serviceAccountToken" | "tokenKubeconfig">;
  readonly pod: LabPod;
  readonly container: LabContainer;
  /** The words before the container's arguments, in place of its image. */
  readonly words: readonly string[];
}

/** Starts the program with the files the pod mounts and the identity of its ServiceAccount. Throws while one is missing. */
export async function startLocalProgram(options: LocalProgramOptions): Promise<LocalProgram> {
  const { plane, pod, container, words } = options;
  const { name, namespace, uid } = pod.metadata;
  const plan = planContainer(pod, container);
  const declared = container.ports ?? [];
  const ports = await freePorts(declared.length);
  const portOf = (at: number) => ports[at] ?? 0;
  const writeFiles = () => writeMountedFiles(plane.api, pod, join(plane.dir, "pods", uid));
  const folderByMountPath = await writeFiles();
  const serviceAccount = pod.spec.serviceAccountName ?? "default";
  const token = await plane.serviceAccountToken({ namespace, serviceAccount, pod: { name, uid } });
  const kubeconfig = await plane.tokenKubeconfig(token);
  const portByPort = new Map(declared.map(({ containerPort }, at) => [containerPort, portOf(at)]));
  const args = [...localArgs(plan.args, { portByPort, folderByMountPath }), `--kubeconfig=${kubeconfig}`];
  const [program = "", ...first] = words;
  // For programs that take no ports as arguments: where a port of the pod is here.
  const portVariables = [...portByPort].map(([port, here]) => [`LOCAL_PORT_${port}`, String(here)]);
  const env = { ...process.env, ...plan.env, ...Object.fromEntries(portVariables) };
  const child = spawn(program, [...first, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit").then(([code]: unknown[]) => (typeof code === "number" ? code : undefined));
  const { lines } = collectLines([child.stdout, child.stderr]);
  const { probe } = plan;
  const probePort = probe === undefined ? undefined : (portByPort.get(probe.port) ?? probe.port);
  return {
    lines,
    portByName: new Map(declared.map(({ name: portName = "" }, at) => [portName, portOf(at)])),
    exited,
    isReady: async () => probePort === undefined || (await answersWell(`http://127.0.0.1:${probePort}${probe?.path}`)),
    refreshFiles: async () => void (await writeFiles().catch(() => undefined)),
    stop: async (graceMs) => {
      child.kill("SIGTERM");
      const late = new AbortController();
      void sleep(graceMs, undefined, { signal: late.signal }).then(
        () => child.kill("SIGKILL"),
        () => undefined,
      );
      await exited;
      late.abort();
    },
  };
}

async function answersWell(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
