import type { ControlPlane } from "../../../tools/kubernetes/control-plane/control-plane.ts";

const namespace = "openshift-ptp";
const labels = { "app.kubernetes.io/managed-by": "ptp-operator", "app.kubernetes.io/instance": "ptp-operator" };
const selector = { app: "linuxptp-daemon", ...labels, "app.kubernetes.io/component": "agent" };

/** Objects as the operator makes them in a cluster with two nodes, for what it does not make here itself. */
export async function madeByOperator(plane: ControlPlane): Promise<readonly object[]> {
  const config = {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpOperatorConfig",
    metadata: { name: "default", namespace },
  };
  const spec = { daemonNodeSelector: {} };
  await plane.apply([{ ...config, spec }]);
  const path = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/ptpoperatorconfigs/default`;
  const { metadata } = (await plane.api.request("GET", path)) as { readonly metadata: { readonly uid: string } };
  const { apiVersion, kind } = config;
  const ownerReferences = [{ apiVersion, kind, name: "default", uid: metadata.uid, controller: true }];
  const meta = (name: string) => ({ name, namespace, labels, ownerReferences });
  const template = {
    metadata: { labels: selector },
    spec: {
      serviceAccountName: "linuxptp-daemon",
      containers: [{ name: "linuxptp-daemon-container", image: "ptp-agent" }],
    },
  };
  const daemonSpec = { selector: { matchLabels: selector }, updateStrategy: { type: "OnDelete" }, template };
  const service = { clusterIP: "None", ports: [{ name: "publisher-port", port: 9043 }] };
  return [
    { apiVersion: "apps/v1", kind: "DaemonSet", metadata: meta("linuxptp-daemon"), spec: daemonSpec },
    { apiVersion: "v1", kind: "Service", metadata: meta("ptp-event-publisher-service-one"), spec: service },
  ];
}
