import type { HostFacts, ProgramName } from "@ptp/node";

/** Where the images of the existing stack have the programs. */
export const defaultProgramPaths: Readonly<Record<ProgramName, string>> = {
  chronyd: "/usr/sbin/chronyd",
  gpsd: "/usr/local/sbin/gpsd",
  gpspipe: "/usr/local/bin/gpspipe",
  ts2phc: "/usr/sbin/ts2phc",
  synce4l: "/usr/sbin/synce4l",
  ptp4l: "/usr/sbin/ptp4l",
  phc2sys: "/usr/sbin/phc2sys",
  timemaster: "/usr/sbin/timemaster",
};

/**
 * Facts of a node nobody has asked: the image of the existing stack, linuxptp 4.2 with the options its builders added to
 * ts2phc, no interface known, no tool for a death signal.
 */
export function defaultHostFacts(nodeName: string): HostFacts {
  const path = defaultProgramPaths;
  const version = "4.2";
  return {
    nodeName,
    programs: {
      chronyd: { path: path.chronyd },
      gpsd: { path: path.gpsd },
      gpspipe: { path: path.gpspipe },
      ts2phc: { path: path.ts2phc, version, extraOptions: ts2phcBackports },
      synce4l: { path: path.synce4l },
      ptp4l: { path: path.ptp4l, version },
      phc2sys: { path: path.phc2sys, version },
      timemaster: { path: path.timemaster, version },
    },
    interfaces: [],
    chrtPath: "/bin/chrt",
  };
}

const ts2phcBackports = ["ts2phc.holdover", "ts2phc.external_pps", "ts2phc.rh_external_pps"] as const;
