import { createHash } from "node:crypto";
import type { Sha256Hex } from "@ptp/node";
import type { ClusterSnapshot, ConfigObject, NodeObject } from "../cluster-snapshot.ts";

export const sha256Hex: Sha256Hex = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** A snapshot with what a test cares about. */
export function snapshotOf(parts: Partial<ClusterSnapshot>): ClusterSnapshot {
  return { nodes: [], ptpConfigs: [], nodePtpCfgs: [], hardwareConfigs: [], secrets: [], ...parts };
}

export function node(name: string, labels: Record<string, string> = {}): NodeObject {
  return { metadata: { name, labels } };
}

/** A config object in namespace openshift-ptp, or `<namespace>/<name>`. */
export function config(name: string, spec: unknown, annotations: Record<string, string> = {}): ConfigObject {
  const [namespace, bare] = name.includes("/") ? name.split("/") : ["openshift-ptp", name];
  return { metadata: { name: bare ?? "", namespace: namespace ?? "", annotations }, spec };
}

/** One profile and one recommendation for it. */
export function simple(profile: string | object, match: readonly object[], priority = 10) {
  const definition = typeof profile === "string" ? { name: profile } : profile;
  const name = typeof profile === "string" ? profile : String((profile as { name?: unknown }).name);
  return { profile: [definition], recommend: [{ profile: name, priority, match }] };
}

/** A HardwareConfig that is as small as it can be. */
export function hardware(name: string, relatedPtpProfileName: string, port = "ens1f0"): ConfigObject {
  const structure = [{ name: "leader", ethernet: [{ ports: [port] }] }];
  return config(name, { relatedPtpProfileName, profile: { name: "hw", clockChain: { structure } } });
}
