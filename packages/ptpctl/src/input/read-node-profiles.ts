import { fromProfileJson, type JsonObject, type JsonValue, type ProfileDocument } from "@ptp/node";
import { UsageError } from "../usage-error.ts";

/**
 * The profiles of one node from a JSON document: the ConfigMap form (a list, or one profile), or the whole output of
 * `ptpctl resolve -o json`, of which the node's part is taken.
 *
 * @throws UsageError if the document is neither, or `resolve` gave nothing for the node.
 */
export function readNodeProfiles(value: JsonValue, nodeName: string, source: string): ProfileDocument {
  const document = fromProfileJson(listIn(value, nodeName, source));
  if (document.unusable !== undefined) throw new UsageError(`${source}: ${document.unusable}`);
  return document;
}

function listIn(value: JsonValue, nodeName: string, source: string): JsonValue {
  const nodes = isObject(value) ? value["nodes"] : undefined;
  if (!isObject(nodes)) return value;
  const node = Object.hasOwn(nodes, nodeName) ? nodes[nodeName] : undefined;
  if (isObject(node)) return node["profiles"] ?? null;
  const known = Object.keys(nodes).slice(0, 10).join(", ");
  throw new UsageError(`${source} has nothing for --node ${nodeName}; its nodes: ${known === "" ? "none" : known}`);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
