import { describeValue } from "../findings/describe-value.ts";
import type { Finding } from "../findings/finding.ts";
import { nearestName } from "@ptp/ptp";
import { kindSchemas } from "../gen/schemas.ts";
import { isJsonObject } from "./json-object.ts";
import type { KindSchema } from "./kind-schema.ts";
import { objectMetaSchema } from "./object-meta-schema.ts";
import type { ObjectSchema } from "./schema.ts";
import { validateSchema, wrongType, type ValidateOptions } from "./validate-schema.ts";

/** The schema of a kind, or undefined when this API does not know it. */
export function findKind(apiVersion: string, kind: string): KindSchema | undefined {
  return kindSchemas.find((known) => known.apiVersion === apiVersion && known.kind === kind);
}

/**
 * Checks a whole custom resource by its apiVersion and kind: metadata, structure, bounds, enums, CEL rules, and, unlike
 * the API server, unknown fields unless told to ignore them. An empty list means it is valid.
 */
export function validateObject(document: unknown, options?: ValidateOptions): readonly Finding[] {
  if (!isJsonObject(document)) return [wrongType("an object", document, "")];
  const { apiVersion, kind } = document;
  if (typeof apiVersion !== "string") return [wrongType("text such as ptp.openshift.io/v1", apiVersion, "apiVersion")];
  if (typeof kind !== "string") return [wrongType("text such as PtpConfig", kind, "kind")];
  const known = findKind(apiVersion, kind);
  return known === undefined
    ? [unknownKind(apiVersion, kind)]
    : validateSchema(wholeObject(known), document, "", options);
}

/** The schema of a kind with apiVersion, kind and metadata. */
export function wholeObject({ schema }: KindSchema): ObjectSchema {
  return {
    ...schema,
    fields: { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: objectMetaSchema, ...schema.fields },
    required: ["metadata"],
  };
}

function unknownKind(apiVersion: string, kind: string): Finding {
  const sameKind = kindSchemas.find((known) => known.kind === kind);
  if (sameKind !== undefined) {
    return {
      path: "apiVersion",
      message: `${kind} is served as ${sameKind.apiVersion}, not ${describeValue(apiVersion)}`,
      expected: sameKind.apiVersion,
      got: apiVersion,
    };
  }
  const kinds = kindSchemas.map((known) => known.kind);
  const suggestion = nearestName(kind, kinds);
  const hint = suggestion === undefined ? `known are ${kinds.join(", ")}` : `did you mean "${suggestion}"?`;
  return {
    path: "kind",
    message: `unknown kind ${describeValue(kind)} of ${describeValue(apiVersion)}; ${hint}`,
    expected: kinds.join(", "),
    got: kind,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}
