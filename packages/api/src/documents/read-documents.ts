import type { Finding } from "../findings/finding.ts";
import { elementPath } from "../findings/path.ts";
import type { CustomResource } from "../gen/types.ts";
import { withDefaults } from "../validate/apply-defaults.ts";
import { isJsonObject } from "../validate/json-object.ts";
import type { JsonObject } from "../validate/json-object.ts";
import { findKind, validateObject } from "../validate/validate-object.ts";
import { wrongType } from "../validate/validate-schema.ts";
import { defaultNamespace } from "./default-namespace.ts";
import type { DocumentReading, InvalidResource } from "./document-reading.ts";
import { objectName } from "./object-name.ts";
import { leapConfigMapName } from "./config-map.ts";
import { readConfigMap, readNode, readSecret } from "./read-core-object.ts";

/** Options of {@link readDocuments}. */
export interface ReadOptions {
  /** Namespace of objects that name none; `openshift-ptp` unless told. */
  readonly defaultNamespace?: string;
}

/** `List` objects nest at most this deep; deeper ones are refused rather than followed. */
const deepestList = 4;

const group = "ptp.openshift.io/";

/**
 * Reads one parsed YAML or JSON document: a custom resource of any kind, a Node, a Secret, the ConfigMap with leap second
 * lists, or a List of such. One broken item never spoils another. Custom resources come back with defaults applied and the namespace filled in, as
 * the API server would return them. An empty document gives an empty list.
 */
export function readDocuments(value: unknown, options: ReadOptions = {}): readonly DocumentReading[] {
  if (value === null || value === undefined) return [];
  return read(value, options.defaultNamespace ?? defaultNamespace, 0);
}

function read(value: unknown, namespace: string, depth: number): readonly DocumentReading[] {
  if (!isJsonObject(value)) return [invalid("document", [wrongType("a Kubernetes object", value, "")])];
  const { apiVersion, kind } = value;
  if (typeof kind === "string" && kind.endsWith("List") && value["items"] !== undefined) {
    return readList(value, namespace, depth);
  }
  if (apiVersion === "v1" && kind === "Node") return [readNode(value)];
  if (apiVersion === "v1" && kind === "Secret") return [readSecret(value, namespace)];
  if (apiVersion === "v1" && kind === "ConfigMap" && nameOf(value) === leapConfigMapName) {
    return [readConfigMap(value, namespace)];
  }
  const isOurs = typeof apiVersion !== "string" || typeof kind !== "string" || apiVersion.startsWith(group);
  const object = objectName(value, namespace);
  if (!isOurs && !isMisspelledKind(kind)) return [{ type: "foreign", object }];
  return [readResource(value, namespace, object)];
}

function readList(value: JsonObject, namespace: string, depth: number): readonly DocumentReading[] {
  const { items } = value;
  const object = String(value["kind"]);
  if (!Array.isArray(items)) return [invalid(object, [wrongType("a list", items, "items")])];
  if (depth >= deepestList) {
    return [invalid(object, [{ path: "items", message: "lists are nested too deep; flatten them" }])];
  }
  return items.flatMap((item: unknown, index) =>
    read(item, namespace, depth + 1).map((reading) =>
      reading.type === "invalid" ? { ...reading, object: `${elementPath("items", index)} ${reading.object}` } : reading,
    ),
  );
}

function readResource(value: JsonObject, namespace: string, object: string): DocumentReading {
  const findings = validateObject(value);
  const known = findKind(String(value["apiVersion"]), String(value["kind"]));
  const metadata = isJsonObject(value["metadata"]) ? value["metadata"] : {};
  const complete = { ...value, metadata: { ...metadata, namespace: metadata["namespace"] ?? namespace } };
  if (findings.length > 0) {
    const isNamed = known !== undefined && !findings.some(({ path }) => path.startsWith("metadata"));
    // Of a known kind, with sound metadata; nothing else is promised.
    const document = isNamed ? { document: complete as unknown as InvalidResource } : {};
    return { type: "invalid", object, findings, ...document };
  }
  // Valid by the schema the type was generated from.
  const document = (known === undefined ? complete : withDefaults(known.schema, complete)) as CustomResource;
  return { type: "document", object, document };
}

function nameOf({ metadata }: JsonObject): unknown {
  return isJsonObject(metadata) ? metadata["name"] : undefined;
}

function isMisspelledKind(kind: unknown): boolean {
  return kind === "PtpConfig" || kind === "PtpOperatorConfig" || kind === "HardwareConfig";
}

function invalid(object: string, findings: readonly Finding[]): DocumentReading {
  return { type: "invalid", object, findings };
}
