import type { Finding } from "../findings/finding.ts";
import { memberPath } from "../findings/path.ts";
import type { ObjectMeta } from "../object-meta.ts";
import { isJsonObject } from "../validate/json-object.ts";
import type { JsonObject } from "../validate/json-object.ts";
import { objectMetaSchema } from "../validate/object-meta-schema.ts";
import { validateSchema, wrongType } from "../validate/validate-schema.ts";
import type { DocumentReading } from "./document-reading.ts";
import { objectName } from "./object-name.ts";
import { isBase64 } from "./secret.ts";

/** Reads a Node; only its metadata is looked at. */
export function readNode(value: JsonObject): DocumentReading {
  const object = objectName(value);
  const findings = metadataFindings(value);
  if (findings.length > 0) return { type: "invalid", object, findings };
  return { type: "document", object, document: { apiVersion: "v1", kind: "Node", metadata: metadataOf(value) } };
}

/** Reads a Secret. Findings never show a value. */
export function readSecret(value: JsonObject, namespace: string): DocumentReading {
  const object = objectName(value, namespace);
  const findings = [...metadataFindings(value), ...dataFindings(value, "data"), ...dataFindings(value, "stringData")];
  if (findings.length > 0) return { type: "invalid", object, findings };
  const { data, stringData } = value;
  return {
    type: "document",
    object,
    document: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace, ...metadataOf(value) },
      ...(isJsonObject(data) ? { data: textMap(data) } : {}),
      ...(isJsonObject(stringData) ? { stringData: textMap(stringData) } : {}),
    },
  };
}

/** Reads the ConfigMap with leap second lists. */
export function readConfigMap(value: JsonObject, namespace: string): DocumentReading {
  const object = objectName(value, namespace);
  const findings = [...metadataFindings(value), ...textFindings(value)];
  if (findings.length > 0) return { type: "invalid", object, findings };
  const { data } = value;
  return {
    type: "document",
    object,
    document: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace, ...metadataOf(value) },
      ...(isJsonObject(data) ? { data: textMap(data) } : {}),
    },
  };
}

function textFindings({ data }: JsonObject): readonly Finding[] {
  if (data === undefined || data === null) return [];
  if (!isJsonObject(data)) return [wrongType("an object", data, "data")];
  return Object.entries(data).flatMap(([key, text]) =>
    text === null || typeof text === "string"
      ? []
      : [{ path: memberPath("data", key), message: "must be text; write it as a block of text" }],
  );
}

function metadataFindings(value: JsonObject): readonly Finding[] {
  return validateSchema(objectMetaSchema, value["metadata"], "metadata", { unknownFields: "ignore" });
}

function metadataOf(value: JsonObject): ObjectMeta {
  // Checked against the schema of object metadata just before.
  const metadata = value["metadata"] as ObjectMeta;
  const { name, namespace, labels, annotations, uid, resourceVersion } = metadata;
  return {
    name,
    ...(typeof namespace === "string" ? { namespace } : {}),
    ...(isJsonObject(labels) ? { labels } : {}),
    ...(isJsonObject(annotations) ? { annotations } : {}),
    ...(typeof uid === "string" ? { uid } : {}),
    ...(typeof resourceVersion === "string" ? { resourceVersion } : {}),
  };
}

function dataFindings(value: JsonObject, field: "data" | "stringData"): readonly Finding[] {
  const data = value[field];
  if (data === undefined || data === null) return [];
  if (!isJsonObject(data)) return [wrongType("an object", data, field)];
  return Object.entries(data).flatMap(([key, text]) => {
    const path = memberPath(field, key);
    if (text === null) return [];
    if (typeof text !== "string") return [{ path, message: "must be text; put the value in quotes" }];
    return field === "data" && !isBase64(text)
      ? [{ path, message: "is not base64; encode it, or move plain text to stringData" }]
      : [];
  });
}

function textMap(data: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(data).filter((entry): entry is [string, string] => entry[1] !== null));
}
