import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tlsPair } from "../../packages/cluster/src/testing/tls-pair.ts";
import { joinAgentHosts } from "../../tools/kubernetes/agent-nodes/agent-hosts.ts";
import { watchClocks, type ClockWatch } from "../../tools/kubernetes/agent-nodes/clock-watch.ts";
import { kubernetesMissing } from "../../tools/kubernetes/binaries/programs.ts";
import { createControlPlane, type ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { freePorts } from "../../tools/kubernetes/control-plane/free-ports.ts";
import { installCrds } from "../../tools/kubernetes/crds/custom-resources.ts";
import { startLabKubelet } from "../../tools/kubernetes/lab-kubelet/lab-kubelet.ts";
import { createLab } from "../../tools/lab/lab.ts";
import { createRelay } from "../../tools/lab/relay.ts";
import { SkippedBenchmark, type BenchContext } from "../benchmark.ts";
import { configDocument } from "../manifests/documents.ts";
import { ptp4lConf } from "../manifests/ptp4l-conf.ts";
import { bundledProgram, ptp4lFolder } from "../programs/program-paths.ts";
import { startReplica } from "../programs/start-cluster-operator.ts";
import { clusterFixtures, namespace, operatorUser } from "./cluster-world.ts";

/** Three nodes whose agents are pods of the operator's DaemonSet, with real ptp4l behind a grandmaster. */
export interface UpdateWorld extends AsyncDisposable {
  readonly plane: ControlPlane;
  readonly nodeNames: readonly string[];
  /** Makes the agents' template another one. */
  change(version: string): Promise<void>;
  watch(): ClockWatch;
}

const nodeNames = ["n1", "n2", "n3"];
const agentPort = 8443;

/** Makes the world and starts all of it. @throws SkippedBenchmark where the machine cannot carry it. */
export async function createUpdateWorld(context: BenchContext): Promise<UpdateWorld> {
  const missing = kubernetesMissing();
  if (missing !== undefined) throw new SkippedBenchmark(missing);
  await using stack = new AsyncDisposableStack();
  const plane = stack.adopt(await createControlPlane({ scheduler: true }), (made) => made.close());
  const lab = stack.adopt(await createLab(), (made) => made.close());
  if (!lab.clock.adjustable) throw new SkippedBenchmark(`no clock can get LOCKED here: ${lab.clock.reason}`);
  const hosts = await joinAgentHosts(lab, nodeNames);
  await plane.createNodes(nodeNames, { "ptp/bench": "true" });
  const settingsPath = join(plane.dir, "agent.json");
  await writeSettings(settingsPath, "0");
  const port = await startOperator(context, plane, { settingsPath, stack });
  const relay = stack.adopt(await createRelay(lab, port), (made) => made.close());
  for (const host of hosts.values()) await relay.open(host, agentPort);
  const words = [...bundledProgram(context.dist, "ptp-agent"), "--program-path", ptp4lFolder()];
  stack.adopt(startLabKubelet({ plane, hosts, programOf: () => words }), (made) => made.close());
  const close = stack.move();
  return {
    plane,
    nodeNames,
    change: (version) => writeSettings(settingsPath, version),
    watch: () => watchClocks(hosts),
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}

async function writeSettings(path: string, version: string): Promise<void> {
  const operatorAddress = `127.0.0.1:${agentPort}`;
  const settings = { image: "agent:1", serviceAccountName: "linuxptp-daemon", operatorAddress };
  await writeFile(`${path}.next`, JSON.stringify({ ...settings, podAnnotations: { v: version } }));
  await rename(`${path}.next`, path);
}

interface OperatorPlace {
  readonly settingsPath: string;
  readonly stack: AsyncDisposableStack;
}

/** Starts one replica with the profile it gives to the nodes; returns its port. */
async function startOperator(
  { dist }: BenchContext,
  plane: ControlPlane,
  { settingsPath, stack }: OperatorPlace,
): Promise<number> {
  await installCrds(plane);
  await plane.apply(clusterFixtures);
  const conf = { interfaces: ["o0"], domainNumber: 24, priority2: 128, role: "receiver" } as const;
  await plane.apply([configDocument({ name: "bench", ptp4lConf: ptp4lConf(conf) })]);
  const pair = await tlsPair();
  const [certPath, keyPath] = [join(plane.dir, "operator.crt"), join(plane.dir, "operator.key")];
  await Promise.all([writeFile(certPath, pair.cert), writeFile(keyPath, pair.key)]);
  const kubeconfig = await plane.kubeconfig(operatorUser);
  const [port = 0] = await freePorts(1);
  const flags = ["--agent-settings", settingsPath, "--tls-ca", certPath];
  const tls = { certPath, keyPath, flags };
  const replica = await startReplica({
    dist,
    kubeconfig,
    namespace,
    podName: "a",
    address: `127.0.0.1:${port}`,
    ...tls,
  });
  stack.use(replica);
  await replica.ready();
  return port;
}
