/**
 * What a conflict is about: two profiles under one qualified name (only the first runs), one interface or the system clock
 * used by several profiles, several HardwareConfigs for one profile or port, one secret path with different content.
 */
export type ConflictKind = "qualified-name" | "interface" | "system-clock" | "hardware" | "secret";

/** Two or more things selected for one node that cannot all be right. */
export interface Conflict {
  readonly kind: ConflictKind;
  /** What is disputed, such as the interface's name. */
  readonly subject: string;
  /** Qualified profiles or objects that claim it, in order. */
  readonly parties: readonly string[];
  /** What follows and what to change, for people. */
  readonly message: string;
}
