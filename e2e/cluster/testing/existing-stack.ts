import { renderChart } from "../../../tools/chart/helm.ts";
import type { ControlPlane } from "../../../tools/kubernetes/control-plane/control-plane.ts";
import { namespace } from "./installed-chart.ts";

const meta = (name: string, more: object = {}) => ({ name, namespace, ...more });
const core = { apiVersion: "v1" };

const crdNames = ["hardwareconfigs", "nodeptpdevices", "ptpconfigs", "ptpoperatorconfigs"];

/** Installs what the existing operator leaves in a cluster, with one profile for both nodes. */
export async function installExistingStack(plane: ControlPlane): Promise<void> {
  const isCrd = ({ kind }: { readonly kind: string }) => kind === "CustomResourceDefinition";
  const crds = renderChart({ values: { crds: { keep: false } } }).filter(isCrd);
  await plane.apply([{ ...core, kind: "Namespace", metadata: { name: namespace } }, ...crds]);
  const established = crdNames.map((name) => `crd/${name}.ptp.openshift.io`);
  await plane.kubectl(["wait", "--for=condition=Established", ...established]);
  await plane.apply([profileFor("one"), profileFor("two"), operatorConfig]);
  const path = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/ptpoperatorconfigs/default`;
  const { metadata } = (await plane.api.request("GET", path)) as { readonly metadata: { readonly uid: string } };
  const owner = { apiVersion: "ptp.openshift.io/v1", kind: "PtpOperatorConfig", name: "default", uid: metadata.uid };
  await plane.apply([
    { ...core, kind: "ServiceAccount", metadata: meta("ptp-operator") },
    { ...core, kind: "ServiceAccount", metadata: meta("linuxptp-daemon") },
    { ...core, kind: "ConfigMap", metadata: meta("ptp-configmap", { ownerReferences: [owner] }), data: oldProfiles },
    operator,
    webhook,
    { ...daemonSet, metadata: meta("linuxptp-daemon", { ownerReferences: [{ ...owner, controller: true }] }) },
  ]);
}

const operatorConfig = {
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpOperatorConfig",
  metadata: meta("default"),
  spec: { daemonNodeSelector: {} },
};

const profileFor = (nodeName: string) => ({
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: meta(`oc-${nodeName}`),
  spec: {
    profile: [{ name: "oc", interface: "ens1f0", ptp4lOpts: "-2" }],
    recommend: [{ profile: "oc", priority: 10, match: [{ nodeName }] }],
  },
});

const oldProfiles = Object.fromEntries(
  ["one", "two"].map((nodeName) => [nodeName, JSON.stringify([{ name: `oc-${nodeName}_oc`, interface: "ens1f0" }])]),
);

const operator = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: meta("ptp-operator"),
  spec: {
    selector: { matchLabels: { name: "ptp-operator" } },
    template: {
      metadata: { labels: { name: "ptp-operator" } },
      spec: { containers: [{ name: "ptp-operator", image: "existing-operator" }] },
    },
  },
};

const webhook = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "ptpconfig-validating-webhook-configuration" },
  webhooks: [
    {
      name: "vptpconfig.kb.io",
      clientConfig: { service: { name: "webhook-service", namespace, path: "/validate" } },
      rules: [
        { apiGroups: ["ptp.openshift.io"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["ptpconfigs"] },
      ],
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      failurePolicy: "Fail",
    },
  ],
};

const daemonLabels = { app: "linuxptp-daemon", role: "ptp" };
const daemonSet = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  spec: {
    selector: { matchLabels: { app: "linuxptp-daemon" } },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "33%" } },
    template: {
      metadata: { labels: daemonLabels },
      spec: {
        serviceAccountName: "linuxptp-daemon",
        nodeSelector: { "kubernetes.io/os": "linux" },
        tolerations: [{ operator: "Exists" }],
        containers: [
          {
            name: "linuxptp-daemon-container",
            image: "existing-daemon",
            args: ["--profiles=/etc/linuxptp/"],
            env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
            volumeMounts: [{ name: "config-volume", mountPath: "/etc/linuxptp" }],
          },
        ],
        volumes: [{ name: "config-volume", configMap: { name: "ptp-configmap" } }],
      },
    },
  },
};
