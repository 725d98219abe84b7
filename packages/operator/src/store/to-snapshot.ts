import {
  defaultNamespace,
  type ClusterDocument,
  type ConfigMapDocument,
  type NodeDocument,
  type PtpOperatorConfig,
  type SecretDocument,
} from "@ptp/api";
import type { ClusterSnapshot, ConfigObject } from "@ptp/resolve";
import { operatorConfigName } from "./object-key.ts";

/**
 * Sorts objects into what resolution looks at. Objects of other kinds (devices) are left out.
 *
 * @param operatorNamespace where the one PtpOperatorConfig that counts is, and the leap second lists.
 */
export function toSnapshot(objects: Iterable<ClusterDocument>, operatorNamespace = defaultNamespace): ClusterSnapshot {
  const nodes: NodeDocument[] = [];
  const secrets: SecretDocument[] = [];
  const configs: Record<"PtpConfig" | "NodePTPCfg" | "HardwareConfig", ConfigObject[]> = {
    PtpConfig: [],
    NodePTPCfg: [],
    HardwareConfig: [],
  };
  const own: (PtpOperatorConfig | ConfigMapDocument)[] = [];
  for (const object of objects) {
    switch (object.kind) {
      case "Node":
        nodes.push(object);
        break;
      case "Secret":
        secrets.push(object);
        break;
      case "PtpConfig":
      case "NodePTPCfg":
      case "HardwareConfig":
        configs[object.kind].push(object);
        break;
      case "PtpOperatorConfig":
      case "ConfigMap":
        if (object.metadata.namespace === operatorNamespace) own.push(object);
        break;
      case "NodePtpDevice":
      case "NodePTPDev":
        break;
    }
  }
  return {
    nodes,
    secrets,
    ptpConfigs: configs.PtpConfig,
    nodePtpCfgs: configs.NodePTPCfg,
    hardwareConfigs: configs.HardwareConfig,
    ...settingsOf(own),
  };
}

/** Of PtpOperatorConfigs `default` counts, and of ConfigMaps only the one with leap second lists comes this far. */
function settingsOf(own: readonly (PtpOperatorConfig | ConfigMapDocument)[]) {
  const operatorConfig = own.find(
    ({ kind, metadata }) => kind === "PtpOperatorConfig" && metadata.name === operatorConfigName,
  );
  const { data: leapLists } = own.findLast((object) => object.kind === "ConfigMap") ?? {};
  return { ...(operatorConfig && { operatorConfig }), ...(leapLists && { leapLists }) };
}
