import { defaultNamespace, type ClusterDocument, type NodeDocument, type SecretDocument } from "@ptp/api";
import type { ClusterSnapshot, ConfigObject } from "@ptp/resolve";

/**
 * Sorts objects into what resolution looks at. Objects of other kinds (devices) are left out.
 *
 * @param operatorNamespace where the one PtpOperatorConfig that counts is.
 */
export function toSnapshot(objects: Iterable<ClusterDocument>, operatorNamespace = defaultNamespace): ClusterSnapshot {
  const nodes: NodeDocument[] = [];
  const secrets: SecretDocument[] = [];
  const configs: Record<"PtpConfig" | "NodePTPCfg" | "HardwareConfig", ConfigObject[]> = {
    PtpConfig: [],
    NodePTPCfg: [],
    HardwareConfig: [],
  };
  let operatorConfig: ConfigObject | undefined;
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
        if (object.metadata.namespace === operatorNamespace) operatorConfig = object;
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
    ...(operatorConfig === undefined ? {} : { operatorConfig }),
  };
}
