import type { ObjectSchema } from "./schema.ts";

/** One kind of the API group with its compact schema (`spec` and `status`; the rest is common to all objects). */
export interface KindSchema {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly schema: ObjectSchema;
}
