import type { PrefixedLine } from "@ptp/ptp";

/** Stamps of one kind count on one scale; how far a scale is from the timeline is learnt from its first stamp. */
type Scale = "unix" | "yearless" | "uptime" | "arrival";

/** Turns the stamps of lines into one time that never goes back. */
export interface Timeline {
  /**
   * Time of a line in milliseconds: its prefix, else the seconds in its header, else `arrivalMs`, else the time of the line
   * before it.
   */
  at(prefix: Omit<PrefixedLine, "text">, stampS: number | undefined, arrivalMs?: number): number;
  /** Time went on without a line. */
  advance(byMs: number): number;
  /** Time of the last line, in milliseconds; undefined before the first. */
  nowMs(): number | undefined;
}

/** Larger stamps in brackets are Unix times: no machine has been up for 30 years. */
const smallestUnixS = 1_000_000_000;

/** Whether seconds in brackets are a Unix time, not those of a machine that is up. */
export function isUnixTime(stampS: number | undefined): boolean {
  return stampS !== undefined && stampS >= smallestUnixS;
}

/** A stamp further back than this begins a new recording, such as after a reboot. */
const rewindMs = 60_000;

/** Unix times in brackets are whole seconds: beside finer stamps they count as late as they may mean. */
const coarseMs = 1_000;

/** Creates a timeline. The scale of the first stamp is its own: a recording with one kind of stamp keeps them. */
export function createTimeline(): Timeline {
  const shiftByScale = new Map<Scale, number>();
  let now: number | undefined;
  const take = (scale: Scale, stampMs: number): number => {
    const known = shiftByScale.get(scale);
    const rewound = known !== undefined && now !== undefined && stampMs + known < now - rewindMs;
    const shift = known === undefined || rewound ? (now ?? stampMs) - stampMs : known;
    if (shift !== known) shiftByScale.set(scale, shift);
    now = Math.max(now ?? -Infinity, stampMs + shift);
    return now;
  };
  return {
    at: ({ unixMs, yearless }, stampS, arrivalMs) => {
      const isUnix = isUnixTime(stampS);
      // A prefix without a year says less than a Unix time.
      if (unixMs !== undefined && !(isUnix && yearless === true))
        return take(yearless === true ? "yearless" : "unix", unixMs);
      if (stampS !== undefined && !isUnix) return take("uptime", Math.round(stampS * 1e6) / 1e3);
      if (stampS !== undefined) return take("unix", stampS * 1000 - (shiftByScale.has("uptime") ? coarseMs : 0));
      return arrivalMs === undefined ? (now ?? 0) : take("arrival", arrivalMs);
    },
    advance: (byMs) => (now = (now ?? 0) + byMs),
    nowMs: () => now,
  };
}
