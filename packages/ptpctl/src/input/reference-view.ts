import { fromNodePtpCfg, type PtpConfig } from "@ptp/api";
import type { Inventory } from "./inventory.ts";

/**
 * Every PtpConfig and NodePTPCfg as far as others may refer to it: of an invalid one the names of its profiles, so that
 * one broken object does not make its neighbours' references look dangling.
 */
export function referenceView({ objects }: Inventory): readonly PtpConfig[] {
  return objects.flatMap((object): readonly PtpConfig[] => {
    const { kind, metadata } = object.document;
    if (object.state === "valid") {
      if (object.document.kind === "PtpConfig") return [object.document];
      return object.document.kind === "NodePTPCfg" ? [fromNodePtpCfg(object.document)] : [];
    }
    if (kind !== "PtpConfig" && kind !== "NodePTPCfg") return [];
    const profile = namesIn(object.document.spec).map((name) => ({ name }));
    return [
      {
        apiVersion: "ptp.openshift.io/v1",
        kind: "PtpConfig",
        metadata: { ...metadata },
        spec: { profile, recommend: [] },
      },
    ];
  });
}

function namesIn(spec: unknown): readonly string[] {
  const profiles = memberOf(spec, "profile");
  if (!Array.isArray(profiles)) return [];
  return profiles.map((profile: unknown) => memberOf(profile, "name")).filter((name) => typeof name === "string");
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
