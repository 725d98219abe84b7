import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host, HostProcess } from "../../lab/lab.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { containerdConfig, podNetworkConfig, sandboxImage } from "./containerd-config.ts";
import { writeProgramImage } from "./image-archive.ts";
import { kubeletConfig } from "./kubelet-config.ts";
import { nodeDir } from "./node-paths.ts";
import { nodePrograms, nodesMissing } from "./node-programs.ts";

/** Folders a host needs for itself to become a node: give them to `createLab({ privateDirs })`. */
export const nodePrivateDirs: readonly string[] = ["/var/lib/containerd", "/var/lib/kubelet", "/var/log", "/opt/cni"];

/** What a node is made of. */
export interface NodeMachineOptions {
  readonly plane: ControlPlane;
  /** Of a lab made with `nodePrivateDirs`. It must reach the API server at the URL of the plane: see `startNodePair`. */
  readonly host: Host;
  /** An address the host already has, not a loopback one. */
  readonly address: string;
  /** For pods with a network of their own, e.g. `10.88.1.0/24`. */
  readonly podSubnet: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Paths of docker-archives. */
  readonly images?: readonly string[];
}

/** A node with containerd and kubelet, whose pods are containers. All of it ends with its host. */
export interface NodeMachine {
  readonly name: string;
  readonly host: Host;
  readonly kubelet: HostProcess;
  readonly containerd: HostProcess;
  importImage(archive: string): Promise<void>;
  /** What the newest containers of pods whose name begins so have printed. */
  podLog(podPrefix: string): Promise<string>;
  /** Ends kubelet and containerd, removes the control groups once the host is gone. To be called after the lab's `close`. */
  close(): Promise<void>;
}

/** Turns a host into a node and waits until it is Ready. Throws with kubelet's last lines when it is not within 60 s. */
export async function startNodeMachine(options: NodeMachineOptions): Promise<NodeMachine> {
  const missing = nodesMissing();
  if (missing !== undefined) throw new Error(missing);
  const { plane, host } = options;
  const cgroup = `/ptp-node-${String(process.pid)}-${host.name}`;
  const janitor = spawn("bash", [join(import.meta.dirname, "cgroup-janitor.sh"), cgroup], {
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
  });
  janitor.stdin.on("error", () => undefined);
  await host.run(["bash", join(import.meta.dirname, "prepare-node.sh"), cgroup]);
  const containerd = await startContainerd(options);
  const importImage = (archive: string): Promise<void> => ctr(host, ["images", "import", "--no-unpack", archive]);
  const sandbox = await writeProgramImage(join(plane.dir, `sandbox-${host.name}`), {
    name: sandboxImage,
    program: nodePrograms().busybox,
    entrypoint: (path) => [path, "sleep", "2147483647"],
  });
  for (const archive of [sandbox, ...(options.images ?? [])]) await importImage(archive);
  const kubelet = await startKubelet(options, cgroup);
  await waitUntilReady(options, kubelet);
  return {
    name: host.name,
    host,
    kubelet,
    containerd,
    importImage,
    podLog: (podPrefix) => host.run(["sh", "-c", `tail -n 100 /var/log/pods/*_${podPrefix}*/*/*.log`]),
    close: async () => {
      janitor.stdin.end();
      await once(janitor, "close");
    },
  };
}

async function ctr(host: Host, words: readonly string[]): Promise<void> {
  const program = join(nodePrograms().containerdDir, "ctr");
  await host.run([program, "--address", "/run/containerd/containerd.sock", "--namespace", "k8s.io", ...words]);
}

async function startContainerd({ host, podSubnet }: NodeMachineOptions): Promise<HostProcess> {
  const { containerdDir, cniDir, runc, librarySearchPath } = nodePrograms();
  const cniConfDir = `${nodeDir}/cni`;
  await host.writeFile(`${nodeDir}/containerd.toml`, containerdConfig({ cniBinDir: cniDir, cniConfDir, runc }));
  await host.writeFile(`${cniConfDir}/10-pods.conflist`, podNetworkConfig(podSubnet));
  const env = { PATH: `${containerdDir}:${process.env["PATH"] ?? ""}`, LD_LIBRARY_PATH: librarySearchPath };
  const words = [join(containerdDir, "containerd"), "--config", `${nodeDir}/containerd.toml`];
  const started = host.spawn(words, { env });
  await started.log.waitFor(/containerd successfully booted/, 30_000);
  return started;
}

async function startKubelet(options: NodeMachineOptions, cgroupRoot: string): Promise<HostProcess> {
  const { plane, host, address } = options;
  const name = host.name;
  const issued = await plane.pki.authority.issue(`kubelet-${name}`, {
    commonName: `system:node:${name}`,
    organizations: ["system:nodes"],
    alternativeNames: [`DNS:${name}`, `IP:${address}`],
  });
  const file = async (at: string, from: string): Promise<string> => {
    await host.writeFile(`${nodeDir}/${at}`, await readFile(from, "utf8"));
    return `${nodeDir}/${at}`;
  };
  const config = kubeletConfig({
    port: 10_250,
    cgroupRoot,
    certificatePath: await file("kubelet.crt", issued.certificatePath),
    keyPath: await file("kubelet.key", issued.keyPath),
    clientCaPath: await file("ca.crt", plane.pki.authority.certificatePath),
  });
  await host.writeFile(`${nodeDir}/kubelet.json`, JSON.stringify(config));
  const kubeconfig = await file("kubeconfig", await plane.kubeconfig(`system:node:${name}`, ["system:nodes"]));
  return host.spawn([
    nodePrograms().kubelet,
    `--config=${nodeDir}/kubelet.json`,
    `--kubeconfig=${kubeconfig}`,
    `--hostname-override=${name}`,
    `--node-ip=${address}`,
    "--root-dir=/var/lib/kubelet",
    `--cert-dir=${nodeDir}/pki`,
    "--v=1",
  ]);
}

async function waitUntilReady({ plane, host, labels = {} }: NodeMachineOptions, kubelet: HostProcess): Promise<void> {
  const wait = ["wait", "--for=condition=Ready", `node/${host.name}`];
  try {
    await kubelet.log.waitFor(/Successfully registered node/, 60_000);
    // By the administrator: kubelets may not set all of them.
    const body = { metadata: { labels } };
    await plane.api.request("PATCH", `/api/v1/nodes/${host.name}`, body, "application/merge-patch+json");
    await plane.kubectl([...wait, "--timeout=60s"], { timeoutMs: 90_000 });
  } catch (cause) {
    const tail = kubelet.log.lines.slice(-30).join("\n  ");
    throw new Error(`the node ${host.name} is not Ready\n  ${tail}`, { cause });
  }
}
