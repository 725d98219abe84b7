import type { Schema } from "../src/validate/schema.ts";
import type { StructuralNode } from "./structural-schema.ts";

/** The compact form of a structural node that the runtime validators interpret; descriptions are left out. */
export function toSchemaTable(node: StructuralNode): Schema {
  if (node["x-kubernetes-preserve-unknown-fields"] === true) return { type: "any" };
  if (node.type === undefined) throw new Error("a schema node without type must preserve unknown fields");
  switch (node.type) {
    case "string":
      return pick(node, "type", "enum", "minLength", "maxLength", "pattern", "format");
    case "integer":
      return pick(node, "type", "minimum", "maximum", "default");
    case "boolean":
      return pick(node, "type", "default");
    case "array":
      return listTable(node);
    case "object":
      return objectTable(node);
  }
}

function listTable(node: StructuralNode): Schema {
  if (node.items === undefined) throw new Error("a list needs items");
  const set = node["x-kubernetes-list-type"] === "set" ? { set: true } : {};
  return { ...pick(node, "type", "default"), items: toSchemaTable(node.items), ...set } as Schema;
}

function objectTable(node: StructuralNode): Schema {
  if (node.additionalProperties !== undefined) {
    return { type: "map", values: toSchemaTable(node.additionalProperties) };
  }
  const fields = Object.entries(node.properties ?? {}).map(([name, child]) => [name, toSchemaTable(child)] as const);
  return {
    type: "object",
    fields: Object.fromEntries(fields),
    ...(node.required === undefined ? {} : { required: node.required }),
    ...(node["x-kubernetes-validations"] === undefined ? {} : { rules: node["x-kubernetes-validations"] }),
  };
}

function pick(node: StructuralNode, ...keys: readonly (keyof StructuralNode)[]): Schema {
  const entries = keys.filter((key) => node[key] !== undefined).map((key) => [key, node[key]]);
  return Object.fromEntries(entries) as Schema;
}
