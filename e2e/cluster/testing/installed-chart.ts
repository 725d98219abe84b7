import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ControlPlane, ControlPlaneOptions } from "../../../tools/kubernetes/control-plane/control-plane.ts";
import { playProgramPods, type ProgramPods } from "../../../tools/kubernetes/program-pods/program-pods.ts";
import { until } from "../../../tools/kubernetes/testing/until.ts";
import { openControlPlane } from "../../../tools/kubernetes/testing/open-control-plane.ts";

/** The namespace the chart is installed in. */
export const namespace = "openshift-ptp";
const mergePatch = "application/merge-patch+json";
/** Folder of the chart. */
export const chartDir = join(import.meta.dirname, "../../../charts/ptp-operator");

const operatorMain = join(import.meta.dirname, "../../../packages/operator/src/main.ts");
const daemonMain = join(import.meta.dirname, "fake-existing-daemon.ts");

/** A cluster in which the chart's own pods run: operators as processes, agents and others only by name. */
export interface ChartCluster {
  readonly plane: ControlPlane;
  readonly pods: ProgramPods;
  readonly install: (values?: object, chart?: string) => Promise<string>;
  readonly upgrade: (values?: object, options?: UpgradeOptions) => Promise<string>;
  readonly uninstall: () => Promise<string>;
}

interface UpgradeOptions {
  readonly chart?: string;
  readonly flags?: readonly string[];
}

/** Opens it; undefined where there is no control plane, and the test is skipped. */
export async function openChartCluster(
  t: TestContext,
  options: ControlPlaneOptions = {},
): Promise<ChartCluster | undefined> {
  const plane = await openControlPlane(t, { scheduler: true, ...options });
  if (plane === undefined) return undefined;
  await plane.createNodes(["one", "two"]);
  const programOf = ({ image }: { readonly image: string }) => {
    const main = image.startsWith("ptp-operator:")
      ? operatorMain
      : image === "existing-daemon"
        ? daemonMain
        : undefined;
    return main === undefined ? undefined : [process.execPath, main];
  };
  const pods = playProgramPods({ plane, programOf });
  t.after(() => pods.close());
  const waiting = ["--namespace", namespace, "--wait", "--timeout=60s"];
  const helm = (args: readonly string[], values: object = {}) =>
    plane.helm([...args, ...waiting, "--values=-"], { stdin: JSON.stringify(values), timeoutMs: 90_000 });
  return {
    plane,
    pods,
    install: (values, chart = chartDir) => helm(["install", "ptp-operator", chart, "--create-namespace"], values),
    upgrade: (values, { chart = chartDir, flags = [] } = {}) =>
      plane.helm(["upgrade", "ptp-operator", chart, ...waiting, "--values=-", ...flags], {
        stdin: JSON.stringify(values),
        timeoutMs: 90_000,
      }),
    uninstall: () => plane.helm(["uninstall", "ptp-operator", ...waiting], { timeoutMs: 90_000 }),
  };
}

/** `Kind namespace/name` of every object of the cluster, but what the cluster itself makes and forgets. */
export async function allObjects({ kubectl }: ControlPlane): Promise<ReadonlySet<string>> {
  const kinds = (await kubectl(["api-resources", "--verbs=list", "--output=name"])).trim().split("\n");
  const passing = /^(events|events\.events\.k8s\.io|leases\.coordination.*|componentstatuses|.*\.metrics\.k8s\.io)$/;
  const asked = [...kinds.filter((kind) => !passing.test(kind)), "leases.coordination.k8s.io"];
  const template = "{range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name}{'\\n'}{end}";
  const text = await kubectl(["get", asked.join(","), "--all-namespaces", `--output=jsonpath=${template}`]);
  return new Set(text.split("\n").filter((line) => line !== "" && !isOfTheCluster(line)));
}

function isOfTheCluster(line: string): boolean {
  // Made for the API server itself, for every namespace, or for every CRD.
  return /^(Lease kube-system\/|APIService |ConfigMap \S+\/kube-root-ca.crt|ServiceAccount \S+\/default$)/.test(line);
}

/** A profile for one of the two nodes. */
export const profile = {
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "oc", namespace },
  spec: {
    profile: [{ name: "oc", interface: "ens1f0", ptp4lOpts: "-2" }],
    recommend: [{ profile: "oc", priority: 10, match: [{ nodeName: "one" }] }],
  },
};

/** Installs the chart and waits until agents run on both nodes, and event Services lead to them. */
export async function installWithObjects(
  { plane, install }: ChartCluster,
  values: object,
  chart = chartDir,
): Promise<void> {
  for (const name of ["one", "two"]) {
    const status = { addresses: [{ type: "InternalIP", address: "10.1.1.1" }] };
    await plane.api.request("PATCH", `/api/v1/nodes/${name}/status`, { status }, mergePatch);
  }
  await install(values, chart);
  await plane.apply([profile]);
  const config = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/ptpoperatorconfigs/default`;
  const isThere = () =>
    plane.api.request("PATCH", config, { spec: { ptpEventConfig: { enableEventPublisher: true } } }, mergePatch).then(
      () => true,
      () => false,
    );
  await until("PtpOperatorConfig default is there", isThere, 30_000);
  await until("the agents run", async () => (await agentPods(plane)).length === 2, 60_000);
  const services = ["get", "service", "--namespace", namespace, "--output=name"];
  const areTold = async () => (await plane.kubectl(services)).match(/ptp-event-publisher-service-/g)?.length === 2;
  await until("event Services are there", areTold, 60_000);
}

/** Names of the agents' pods that run. */
export async function agentPods({ kubectl }: ControlPlane): Promise<readonly string[]> {
  const args = ["get", "pods", "--namespace", namespace, "--selector=app=linuxptp-daemon"];
  const running = ["--field-selector=status.phase=Running", "--output=name"];
  return (await kubectl([...args, ...running])).split("\n").filter((line) => line !== "");
}

/** Uids of the agents' pods, in one line: the same as long as none was replaced. */
export function agentUids({ kubectl }: Pick<ControlPlane, "kubectl">): Promise<string> {
  const args = ["get", "pods", "--namespace", namespace, "--selector=app=linuxptp-daemon"];
  return kubectl([...args, "--output=jsonpath={.items[*].metadata.uid}"]);
}
