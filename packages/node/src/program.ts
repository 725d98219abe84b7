/** The programs an agent may own, in the order in which the existing stack lists them within a profile. */
export const programNames = [
  "chronyd",
  "gpsd",
  "gpspipe",
  "ts2phc",
  "synce4l",
  "ptp4l",
  "phc2sys",
  "timemaster",
] as const;

/** Name of a program an agent may own. */
export type ProgramName = (typeof programNames)[number];
