import type { JsonObject } from "./json.ts";
import type { NodeProfile } from "./node-profile.ts";

/** One HardwareConfig that relates to a profile of this node. */
export interface NodeHardware {
  /** Name of the HardwareConfig object. */
  readonly name: string;
  /** Qualified name of the profile it applies to. */
  readonly profile: string;
  /** `spec.profile` of the object, as its schema has it. */
  readonly hardwareProfile: JsonObject;
}

/** What applications get: the event REST API's settings (PtpOperatorConfig `spec.ptpEventConfig`). */
export interface EventSettings {
  readonly enableEventPublisher: boolean;
  readonly transportHost?: string;
  readonly apiVersion?: string;
  readonly storageType?: string;
}

/** One key of a Secret that a profile of this node references by `sa_file`. */
export interface NodeSecret {
  readonly secret: string;
  readonly key: string;
  readonly content: Uint8Array;
}

/**
 * Everything one node needs, complete and never a delta. Lists are sorted by name (byte order), so that equal content is
 * the same value. `revision` is not part of it: see `revisionOf`.
 */
export interface NodeConfig {
  readonly nodeName: string;
  readonly profiles: readonly NodeProfile[];
  readonly hardware: readonly NodeHardware[];
  /** Names of the plugins the cluster enables (PtpOperatorConfig `spec.plugins`), sorted. */
  readonly plugins: readonly string[];
  /** Absent: events off. */
  readonly events?: EventSettings;
  readonly secrets: readonly NodeSecret[];
  /** Text of the leap second list that this node is given, as the user wrote it; absent: none, it has its own. */
  readonly leapSeconds?: string;
}

/** A NodeConfig with the revision under which it was issued. The revision is opaque to agents. */
export interface IssuedConfig {
  readonly revision: string;
  readonly config: NodeConfig;
}
