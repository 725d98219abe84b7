import type { ObjectSchema } from "./schema.ts";

const timestamp = { type: "string", format: "date-time" } as const;
const textMap = { type: "map", values: { type: "string" } } as const;
const anyList = { type: "array", items: { type: "any" } } as const;

// Names become parts of file names and of qualified profile names, so their form is checked here as well.
const subdomain = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
const label = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

/** Kubernetes object metadata, as it comes from a manifest or from `kubectl get -o yaml`. */
export const objectMetaSchema: ObjectSchema = {
  type: "object",
  fields: {
    name: { type: "string", minLength: 1, maxLength: 253, pattern: subdomain },
    namespace: { type: "string", maxLength: 63, pattern: label },
    generateName: { type: "string" },
    labels: textMap,
    annotations: textMap,
    uid: { type: "string" },
    resourceVersion: { type: "string" },
    generation: { type: "integer" },
    creationTimestamp: timestamp,
    deletionTimestamp: timestamp,
    deletionGracePeriodSeconds: { type: "integer" },
    ownerReferences: anyList,
    finalizers: { type: "array", items: { type: "string" } },
    managedFields: anyList,
    selfLink: { type: "string" },
  },
  required: ["name"],
};
