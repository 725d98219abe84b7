import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tlsPair } from "../../packages/cluster/src/testing/tls-pair.ts";
import { kubernetesMissing } from "../../tools/kubernetes/binaries/programs.ts";
import { createControlPlane, type ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { freePorts } from "../../tools/kubernetes/control-plane/free-ports.ts";
import { installCrds } from "../../tools/kubernetes/crds/custom-resources.ts";
import { SkippedBenchmark, type BenchContext } from "../benchmark.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { configDocument, type ConfigParts } from "../manifests/documents.ts";
import { startReplica, type RunningReplica } from "../programs/start-cluster-operator.ts";
import { createAgentTokens } from "./agent-tokens.ts";

/** Where the operator and its agents are. */
export const namespace = "openshift-ptp";
/** As whom the operator asks. */
export const operatorUser = `system:serviceaccount:${namespace}:ptp-operator`;
const agents = { namespace, serviceAccount: "linuxptp-daemon", audience: "ptp-agent.ptp.openshift.io" };

/** Names of replicas. */
export type ReplicaName = "a" | "b";

/** A real control plane with nodes, pods of agents with their tokens, and what an operator needs. No operator runs yet. */
export interface ClusterWorld extends AsyncDisposable {
  readonly plane: ControlPlane;
  readonly nodeNames: readonly string[];
  /** Of the pods, by node. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Certificate (which is its own authority) and key for 127.0.0.1, PEM. */
  readonly pair: { readonly cert: string; readonly key: string };
  /** File of the certificate. */
  readonly caPath: string;
  /** Where agents reach a replica. */
  readonly addresses: Readonly<Record<ReplicaName, string>>;
  startReplica(name: ReplicaName): Promise<RunningReplica>;
  /** Writes a PtpConfig with one profile; returns when its request was sent. */
  put(parts: ConfigParts): Promise<number>;
}

/** Makes the world. @throws SkippedBenchmark where no control plane is built. */
export async function createClusterWorld(
  { dist, progress }: BenchContext,
  nodeNames: readonly string[],
): Promise<ClusterWorld> {
  const missing = kubernetesMissing();
  if (missing !== undefined) throw new SkippedBenchmark(missing);
  await using stack = new AsyncDisposableStack();
  const plane = stack.adopt(await createControlPlane({ audit: true, controllerManager: false }), (made) =>
    made.close(),
  );
  await installCrds(plane);
  await plane.apply(clusterFixtures);
  progress(`the control plane runs; ${nodeNames.length} nodes, pods and tokens are made`);
  await plane.createNodes(nodeNames, { "ptp/bench": "true" });
  const tokens = await createAgentTokens(plane, nodeNames, agents);
  const pair = await tlsPair();
  const [certPath, keyPath] = [join(plane.dir, "operator.crt"), join(plane.dir, "operator.key")];
  await Promise.all([writeFile(certPath, pair.cert), writeFile(keyPath, pair.key)]);
  const kubeconfig = await plane.kubeconfig(operatorUser);
  const [a = 0, b = 0] = await freePorts(2);
  const addresses = { a: `127.0.0.1:${a}`, b: `127.0.0.1:${b}` };
  const close = stack.move();
  return {
    plane,
    nodeNames,
    tokens,
    pair: { cert: await readFile(certPath, "utf8"), key: pair.key },
    caPath: certPath,
    addresses,
    startReplica: (name) =>
      startReplica({ dist, kubeconfig, namespace, podName: name, address: addresses[name], certPath, keyPath }),
    put: (parts) => put(plane, parts),
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}

/** Namespace, agents' account and the operator's permissions; it may do all: what a request costs does not depend on the rule that allows it. */
export const clusterFixtures = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: agents.serviceAccount, namespace } },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "bench-operator" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name: "ptp-operator", namespace }],
  },
];

async function put({ api }: ControlPlane, parts: ConfigParts): Promise<number> {
  const path = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/ptpconfigs/${parts.name}`;
  const startedMs = monotonicMs();
  await api.request("PATCH", `${path}?fieldManager=bench`, configDocument(parts), "application/apply-patch+yaml");
  return startedMs;
}
