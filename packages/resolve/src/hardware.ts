import { admitHardwareConfig, applyDefaults, validateObject } from "@ptp/api";
import type { Finding, HardwareConfig } from "@ptp/api";
import type { JsonObject } from "@ptp/node";
import type { ConfigObject } from "./cluster-snapshot.ts";
import { byObject, objectRef, type ObjectRef } from "./object-ref.ts";

/** A HardwareConfig after validation. */
export interface ParsedHardware {
  readonly ref: ObjectRef;
  /** Bare profile name; absent: it applies nowhere. */
  readonly relatedProfile?: string;
  readonly hardwareProfile: JsonObject;
  /** `<subsystem> on <interface>` for every port the object claims. */
  readonly claims: readonly string[];
  readonly errors: readonly Finding[];
}

/** Validates a HardwareConfig; one with errors applies nowhere. */
export function parseHardware(object: ConfigObject): ParsedHardware {
  const { name, namespace } = object.metadata ?? {};
  const ref = objectRef("HardwareConfig", object);
  const document = {
    apiVersion: "ptp.openshift.io/v2alpha1",
    kind: "HardwareConfig",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    ...(object.spec === undefined ? {} : { spec: object.spec }),
  };
  const structure = validateObject(document);
  const unusable = { ref, hardwareProfile: {}, claims: [] };
  if (structure.length > 0) return { ...unusable, errors: structure };
  // Structurally sound by the schema the type was generated from; null members, which count as absent, are pruned.
  const config = applyDefaults("HardwareConfig", document as HardwareConfig);
  const { errors } = admitHardwareConfig(config);
  if (errors.length > 0 || config.spec === undefined) return { ...unusable, errors };
  const { relatedPtpProfileName = "", profile } = config.spec;
  return {
    ref,
    ...(relatedPtpProfileName === "" ? {} : { relatedProfile: relatedPtpProfileName }),
    hardwareProfile: profile as unknown as JsonObject,
    claims: claimsOf(config),
    errors,
  };
}

function claimsOf({ spec }: HardwareConfig): readonly string[] {
  const structure = spec?.profile.clockChain.structure ?? [];
  const claims = structure.flatMap(({ name, dpll, ethernet = [] }) => {
    const interfaces = [dpll?.networkInterface ?? "", ...ethernet.flatMap(({ ports = [] }) => ports)];
    return interfaces.filter((each) => each !== "").map((each) => `${name} on ${each}`);
  });
  return [...new Set(claims)];
}

/** HardwareConfigs by the bare profile name they relate to, in the order of objects. */
export type HardwareByProfile = ReadonlyMap<string, readonly ParsedHardware[]>;

/** Indexes HardwareConfigs; a list equal to the one `previous` had is taken over by identity. */
export function indexHardware(hardware: readonly ParsedHardware[], previous?: HardwareByProfile): HardwareByProfile {
  const byProfile = new Map<string, readonly ParsedHardware[]>();
  const sorted = [...hardware].sort((a, b) => byObject(a.ref, b.ref));
  for (const [name, list] of Map.groupBy(sorted, ({ relatedProfile }) => relatedProfile ?? "")) {
    if (name === "") continue;
    const before = previous?.get(name);
    const same = before?.length === list.length && before.every((each, index) => each === list[index]);
    byProfile.set(name, same ? before : list);
  }
  return byProfile;
}
