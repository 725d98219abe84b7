import type { ClusterSnapshot } from "@ptp/resolve";
import type { Inventory, InventoryObject } from "./inventory.ts";

/** The objects as resolution takes them; `namespace` is that of the PtpOperatorConfig that counts. */
export function toSnapshot({ objects }: Inventory, namespace: string): ClusterSnapshot {
  const documents = objects.map(({ document }) => document);
  const operatorConfig = documents.find(
    ({ kind, metadata }) =>
      kind === "PtpOperatorConfig" && metadata.name === "default" && metadata.namespace === namespace,
  );
  const leapLists = validOf(objects, "ConfigMap").find(({ metadata }) => metadata.namespace === namespace)?.data;
  return {
    nodes: validOf(objects, "Node"),
    secrets: validOf(objects, "Secret"),
    ptpConfigs: documents.filter(({ kind }) => kind === "PtpConfig"),
    nodePtpCfgs: documents.filter(({ kind }) => kind === "NodePTPCfg"),
    hardwareConfigs: documents.filter(({ kind }) => kind === "HardwareConfig"),
    ...(operatorConfig === undefined ? {} : { operatorConfig }),
    ...(leapLists && { leapLists }),
  };
}

type ValidDocument = Extract<InventoryObject, { readonly state: "valid" }>["document"];

/** The valid objects of a kind. */
export function validOf<K extends ValidDocument["kind"]>(
  objects: readonly InventoryObject[],
  kind: K,
): readonly Extract<ValidDocument, { readonly kind: K }>[] {
  return objects.flatMap(({ state, document }) =>
    state === "valid" && document.kind === kind ? [document as Extract<ValidDocument, { readonly kind: K }>] : [],
  );
}
