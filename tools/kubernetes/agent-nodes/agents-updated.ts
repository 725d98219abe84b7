import type { ControlPlane } from "../control-plane/control-plane.ts";

const configPath = "/apis/ptp.openshift.io/v1/namespaces/openshift-ptp/ptpoperatorconfigs/default";
const podsPath = "/api/v1/namespaces/openshift-ptp/pods";

interface Pod {
  readonly metadata: { readonly uid: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly nodeName: string };
}

interface Config {
  readonly status?: {
    readonly conditions?: readonly Readonly<Record<"type" | "status" | "reason" | "message", string>>[];
  };
}

/** Status, reason and message of the condition AgentsUpdated. */
export async function agentsUpdated({ api }: ControlPlane): Promise<string> {
  const { status } = (await api.request("GET", configPath).catch(() => ({}))) as Config;
  const condition = status?.conditions?.find(({ type }) => type === "AgentsUpdated");
  return `${condition?.status} ${condition?.reason} ${condition?.message}`;
}

/** Uids of the agents' pods by node. */
export async function podUids(plane: ControlPlane): Promise<ReadonlyMap<string, string>> {
  return new Map((await pods(plane)).map(({ metadata, spec }) => [spec.nodeName, metadata.uid]));
}

/** How many pods have this value of annotation `v`. */
export async function onTemplate(plane: ControlPlane, version: string): Promise<number> {
  return (await pods(plane)).filter(({ metadata }) => metadata.annotations?.["v"] === version).length;
}

async function pods({ api }: ControlPlane): Promise<readonly Pod[]> {
  const { items } = (await api.request("GET", podsPath)) as { readonly items: readonly Pod[] };
  return items;
}
