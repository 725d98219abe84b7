import type { LeapObservation, NodeInput } from "@ptp/truth";

/** What a DPLL or a GNSS receiver says of itself, and what a receiver says of leap seconds. */
export type HardwareReading =
  | Extract<NodeInput, { readonly source: "dpll" | "gnss" }>
  | { readonly source: "leap"; readonly observation: Extract<LeapObservation, { readonly kind: "indication" }> };

/** Where readings of hardware come from. A source has to tell each state once a second, changed or not. */
export interface ReadingsPort {
  /** Readings are told from now on. Throws if there is nothing to read from. */
  open(listener: (reading: HardwareReading) => void): void;
  close(): void;
}
