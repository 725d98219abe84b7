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
}

/** The template with its hash as a label. */
export function withTemplateLabel<T extends PodTemplate>(template: T): T {
  const hash = createHash("sha256")
    .update(canonicalJson(template as unknown as JsonValue))
    .digest("hex")
    .slice(0, 16);
  const { metadata } = template;
  return { ...template, metadata: { ...metadata, labels: { ...metadata.labels, [templateLabel]: hash } } };
}
