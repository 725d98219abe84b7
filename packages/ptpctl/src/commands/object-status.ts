import type { ConfigStatus, HardwareStatus } from "@ptp/resolve";

/** Status of one object as far as resolution decides it. */
export type ObjectStatus = ConfigStatus | HardwareStatus | Pick<ConfigStatus, "conditions">;

/** Status by `Kind/namespace/name`. */
export type StatusByObject = ReadonlyMap<string, ObjectStatus>;
