import { createHash } from "node:crypto";
import { canonicalJson, type JsonValue } from "@ptp/node";

/**
 * Label of agents' pods with the hash of the template they are made of: by it a pod of an older one is known, without
 * reading the revisions that the DaemonSet controller keeps.
 */
export const templateLabel = "ptp.openshift.io/agent-template";

/** A template of pods, as far as it is looked at. */
export interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: object;
}

/**
 * The template with its hash as a label. Which nodes have a pod is not hashed: the DaemonSet controller adds and removes
 * pods by it, and those that stay need no restart.
 */
export function withTemplateLabel<T extends PodTemplate>(template: T): T {
  const { metadata, spec } = template;
  const { nodeSelector: _nodeSelector, affinity: _affinity, ...run } = spec as Readonly<Record<string, unknown>>;
  const hash = createHash("sha256")
    .update(canonicalJson({ metadata, spec: run } as unknown as JsonValue))
    .digest("hex")
    .slice(0, 16);
  return { ...template, metadata: { ...metadata, labels: { ...metadata.labels, [templateLabel]: hash } } };
}
