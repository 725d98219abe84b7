import { join } from "node:path";
import type { TestContext } from "node:test";
import { imageFiles, imageNames, imagesMissing, imageVersion } from "../../../tools/images/images.ts";
import type { ControlPlane } from "../../../tools/kubernetes/control-plane/control-plane.ts";
import { nodesMissing } from "../../../tools/kubernetes/nodes/node-programs.ts";
import { startNodePair, type NodePair } from "../../../tools/kubernetes/nodes/node-pair.ts";
import { proxyService } from "../../../tools/kubernetes/nodes/service-proxy.ts";
import { openControlPlane } from "../../../tools/kubernetes/testing/open-control-plane.ts";
import { labMissing } from "../../../tools/lab/preflight.ts";

/** Namespace of the release. */
export const namespace = "openshift-ptp";

/** A cluster of two true nodes with the chart installed. */
export interface InstalledCluster extends NodePair {
  readonly plane: ControlPlane;
}

const chartDir = join(import.meta.dirname, "../../../charts/ptp-operator");

/** Opens it; undefined where a part is missing: the test is then skipped with the reason. */
export async function openCluster(t: TestContext): Promise<InstalledCluster | undefined> {
  const missing = imagesMissing() ?? nodesMissing() ?? (await labMissing());
  if (missing !== undefined) {
    t.skip(missing);
    return undefined;
  }
  const plane = await openControlPlane(t, { scheduler: true });
  if (plane === undefined) return undefined;
  const images = imageNames.map((name) => imageFiles(name).archive);
  const pair = await startNodePair(plane, {
    labels: [{ "ptp/role": "grandmaster" }, { "ptp/role": "ordinary" }],
    images,
  });
  t.after(() => pair.close());
  const closing = new AbortController();
  t.after(() => closing.abort());
  const service = { namespace, name: "ptp-operator", port: 8443 };
  await proxyService(
    plane,
    pair.nodes.map(({ host }) => host),
    service,
    closing.signal,
  );
  await install(plane, pair);
  return { ...pair, plane };
}

/** With the chart's own values; only the API server has no way to a webhook in these networks. */
async function install(plane: ControlPlane, pair: NodePair): Promise<void> {
  const tag = imageVersion();
  const values = { image: { tag }, agent: { image: { tag } }, webhook: { enabled: false } };
  const words = ["install", "ptp-operator", chartDir, "--namespace", namespace, "--create-namespace", "--values=-"];
  try {
    const timeoutMs = 120_000;
    await plane.helm([...words, "--wait", "--timeout=90s"], { stdin: JSON.stringify(values), timeoutMs });
  } catch (cause) {
    const pods = await plane.kubectl(["describe", "pods", "--namespace", namespace]);
    const logs = await Promise.all(pair.nodes.map((node) => node.podLog("").catch(() => "")));
    throw new Error([String(cause), pods, ...logs].join("\n"), { cause });
  }
}
