import { toProfileJson } from "@ptp/node";
import type { Resolution } from "@ptp/resolve";

/** Name of the ConfigMap from which nodes of the existing stack read their profiles. */
export const profilesConfigMapName = "ptp-configmap";

/** The API server takes no more data in one ConfigMap, in bytes. */
export const maxConfigMapBytes = 1_048_576;

/** The data of the ConfigMap, by node name. */
export type ProfilesData = Readonly<Record<string, string>>;

/** What is published, or why it cannot be. */
export type ProfilesConfigMap =
  | { readonly fits: true; readonly data: ProfilesData }
  | { readonly fits: false; readonly bytes: number; readonly reason: string };

/**
 * The profiles of every node as the existing stack has them: a JSON list per node, with the fields of the custom resource
 * and qualified names; `[]` for a node that has none. What is selected is what agents get by session.
 */
export function profilesConfigMap(resolution: Pick<Resolution, "nodes">): ProfilesConfigMap {
  const data: Record<string, string> = {};
  let bytes = 0;
  for (const [nodeName, { config }] of resolution.nodes) {
    const text = JSON.stringify(toProfileJson(config.profiles));
    data[nodeName] = text;
    bytes += Buffer.byteLength(nodeName) + Buffer.byteLength(text);
  }
  if (bytes <= maxConfigMapBytes) return { fits: true, data };
  const remedy = "shorten profiles, or move nodes to agents of this operator, which need no ConfigMap";
  const reason = `the profiles of ${resolution.nodes.size} nodes are ${bytes} bytes, a ConfigMap holds ${maxConfigMapBytes}`;
  return { fits: false, bytes, reason: `${reason}; nodes of the existing daemon keep what they have: ${remedy}` };
}
