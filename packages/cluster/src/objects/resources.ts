import type {
  HardwareConfig,
  NodeDocument,
  NodePTPCfg,
  NodePTPDev,
  NodePtpDevice,
  PtpConfig,
  PtpOperatorConfig,
  SecretDocument,
} from "@ptp/api";
import type { KubeObject } from "./kube-object.ts";
import type { Resource } from "./resource.ts";

const ours = { group: "ptp.openshift.io", version: "v1", namespaced: true } as const;
const core = { group: "", version: "v1" } as const;

/** The kinds this project reads, by their names in paths. */
export const resources = {
  ptpconfigs: { ...ours, plural: "ptpconfigs", kind: "PtpConfig" } as Resource<PtpConfig>,
  ptpoperatorconfigs: {
    ...ours,
    plural: "ptpoperatorconfigs",
    kind: "PtpOperatorConfig",
  } as Resource<PtpOperatorConfig>,
  nodeptpdevices: { ...ours, plural: "nodeptpdevices", kind: "NodePtpDevice" } as Resource<NodePtpDevice>,
  hardwareconfigs: {
    ...ours,
    version: "v2alpha1",
    plural: "hardwareconfigs",
    kind: "HardwareConfig",
  } as Resource<HardwareConfig>,
  nodeptpcfgs: { ...ours, plural: "nodeptpcfgs", kind: "NodePTPCfg" } as Resource<NodePTPCfg>,
  nodeptpdevs: { ...ours, plural: "nodeptpdevs", kind: "NodePTPDev" } as Resource<NodePTPDev>,
  nodes: { ...core, plural: "nodes", kind: "Node", namespaced: false } as Resource<NodeDocument>,
  secrets: { ...core, plural: "secrets", kind: "Secret", namespaced: true } as Resource<SecretDocument>,
  configmaps: { ...core, plural: "configmaps", kind: "ConfigMap", namespaced: true } as Resource,
  pods: { ...core, plural: "pods", kind: "Pod", namespaced: true } as Resource,
} as const;

/** Any object, where the kind is known only as it runs. */
export type AnyObject = KubeObject & { readonly [field: string]: unknown };
