/** What the clocks of a node decide of what runs there. */
export interface RunChoices {
  /** Profile whose ptp4l the phc2sys of a profile shall follow, where the agent chooses; absent: the most wanted one. */
  readonly sourceByProfile: ReadonlyMap<string, string>;
  /**
   * Program that sets the system clock, by profile with NTP failover; of a profile that is not in it phc2sys does. The other
   * one does not run. Absent: nobody decides, and both run.
   */
  readonly keeperByProfile?: ReadonlyMap<string, "phc2sys" | "chronyd">;
}

/** Nobody decides. */
export const noChoices: RunChoices = { sourceByProfile: new Map() };
