/** What the clocks of a node decide of what runs there. */
export interface RunChoices {
  /** Profile whose ptp4l the phc2sys of a profile shall follow, where the agent chooses; absent: the most wanted one. */
  readonly sourceByProfile: ReadonlyMap<string, string>;
}

/** Before any clock is known. */
export const noChoices: RunChoices = { sourceByProfile: new Map() };
