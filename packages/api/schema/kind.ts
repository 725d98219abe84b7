import type { z } from "zod";

/** A column of `kubectl get`; `wide` columns appear only with `-o wide`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean" | "date";
  readonly jsonPath: string;
  readonly description?: string;
  readonly wide?: boolean;
}

/** Everything one custom resource definition is generated from. */
export interface KindDefinition {
  readonly kind: string;
  readonly version: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly description: string;
  readonly spec: z.ZodType;
  readonly status: z.ZodType;
  readonly columns: readonly PrinterColumn[];
  /** CEL rules on the root object. */
  readonly rules?: readonly { readonly rule: string; readonly message: string }[];
}

/** The API group of every kind. */
export const group = "ptp.openshift.io";

/** `kubectl get ptp` lists every kind that carries this category. */
export const category = "ptp";
