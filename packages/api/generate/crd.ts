import { category, group } from "../schema/kind.ts";
import type { KindDefinition, PrinterColumn } from "../schema/kind.ts";
import { toStructuralSchema } from "./structural-schema.ts";
import type { StructuralNode } from "./structural-schema.ts";

/** The CustomResourceDefinition of a kind as a plain object, keys in the order they are written. */
export function toCrd(definition: KindDefinition): object {
  const { kind, plural, version } = definition;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: definition.shortNames,
        categories: [category],
      },
      scope: "Namespaced",
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: definition.columns.map(toColumn),
          schema: { openAPIV3Schema: rootSchema(definition) },
        },
      ],
    },
  };
}

function toColumn({ wide, ...column }: PrinterColumn): object {
  return wide === true ? { ...column, priority: 1 } : column;
}

function rootSchema(definition: KindDefinition): object {
  return {
    description: definition.description,
    type: "object",
    properties: {
      apiVersion: { description: `Group and version of this kind: ${group}/${definition.version}.`, type: "string" },
      kind: { description: `The kind: ${definition.kind}.`, type: "string" },
      metadata: { type: "object" },
      spec: withoutTypeNames(toStructuralSchema(definition.spec)),
      status: withoutTypeNames(toStructuralSchema(definition.status)),
    },
    ...(definition.rules === undefined ? {} : { "x-kubernetes-validations": definition.rules }),
  };
}

function withoutTypeNames({ "x-type": _name, ...node }: StructuralNode): StructuralNode {
  return {
    ...node,
    ...(node.items === undefined ? {} : { items: withoutTypeNames(node.items) }),
    ...(node.additionalProperties === undefined
      ? {}
      : { additionalProperties: withoutTypeNames(node.additionalProperties) }),
    ...(node.properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(node.properties).map(([name, child]) => [name, withoutTypeNames(child)]),
          ),
        }),
  };
}
