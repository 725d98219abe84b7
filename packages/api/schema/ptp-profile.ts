import { z } from "zod";
import { anyJson, flag, int64, listOf, mapOf, maybe, oneOf, record, text, wholeNumber } from "./fields.ts";

const secondsPerDay = 86_400;

function downtimeS(process: string, fallback: number) {
  return maybe(
    wholeNumber(`Seconds ${process} may be down before its clock counts as lost; at most a day.`, {
      default: fallback,
      minimum: 0,
      maximum: secondsPerDay,
    }),
  );
}

const processDowntimeThresholds = record(
  "How long each process may be down, in seconds.",
  {
    ptp4l: downtimeS("ptp4l", 5),
    phc2sys: downtimeS("phc2sys", 5),
    ts2phc: downtimeS("ts2phc", 5),
    synce4l: downtimeS("synce4l", 5),
    chronyd: downtimeS("chronyd", 5),
    gpsd: downtimeS("gpsd", 1),
    gpspipe: downtimeS("gpspipe", 1),
  },
  { type: "ProcessDowntimeThresholds" },
);

const ptpClockThreshold = record(
  "When the clocks of this profile count as locked, in holdover or free running.",
  {
    holdOverTimeout: maybe(int64("Seconds a clock stays in HOLDOVER before it is FREERUN.", { default: 5 })),
    maxOffsetThreshold: maybe(int64("Largest offset of a LOCKED clock, in nanoseconds.", { default: 100 })),
    minOffsetThreshold: maybe(
      int64("Smallest (most negative) offset of a LOCKED clock, in nanoseconds.", { default: -100 }),
    ),
    processDowntimeThresholds: maybe(processDowntimeThresholds),
  },
  { type: "PtpClockThreshold" },
);

const conf = (program: string) => maybe(text(`Configuration file of ${program}, as text.`));
const options = (program: string) =>
  maybe(text(`Command line options of ${program}. Absent or empty: it is not run; one blank: run without options.`));

const ptpSettings = maybe(
  mapOf(
    text("Value of the setting."),
    "Settings of the agent for this profile: stdoutFilter, logReduce, haProfiles, clockType, inSyncConditionTimes, " +
      "inSyncConditionThreshold, clockId[<interface>], controllingProfile, upstreamPort, leadingInterface.",
  ),
);

const highAvailability = maybe(
  record(
    "How the source of the system clock is chosen among the profiles that ptpSettings haProfiles names.",
    {
      enableHA: maybe(
        flag("Whether the agent chooses the one source that phc2sys follows; false: phc2sys chooses by itself.", false),
      ),
      preferredPrimary: maybe(text("Profile that is followed whenever it is well; one of haProfiles.")),
      heartBeatTimeout: maybe(
        wholeNumber("Seconds a failure lasts before another source is followed; 0: the default, 1.", {
          minimum: 0,
          maximum: 3600,
        }),
      ),
      sourcePriority: maybe(
        listOf(
          z.string(),
          "Profiles in the order in which they are taken; those of haProfiles that are not named come after.",
        ),
      ),
    },
    { type: "HighAvailability" },
  ),
);

const plugins = maybe(
  mapOf(
    anyJson("Options of the plugin; their form is the plugin's own."),
    "Options by plugin name: e810, e825, e830, ntpfailover, reference.",
  ),
);

/** `spec.profile` of a PtpConfig. */
export const ptpProfiles = listOf(
  record(
    "What a node runs when this profile is selected for it.",
    {
      name: text("Name of the profile, by which spec.recommend refers to it."),
      interface: maybe(text("Network interface of a single-port clock; becomes the port section of ptp4l.")),
      ptp4lOpts: maybe(text("Command line options of ptp4l. Absent: it runs with its defaults; empty: it is not run.")),
      ptp4lConf: conf("ptp4l"),
      phc2sysOpts: options("phc2sys"),
      phc2sysConf: conf("phc2sys"),
      ts2phcOpts: options("ts2phc"),
      ts2phcConf: conf("ts2phc"),
      synce4lOpts: options("synce4l"),
      synce4lConf: conf("synce4l"),
      chronydOpts: options("chronyd"),
      chronydConf: conf("chronyd"),
      timemasterOpts: options("timemaster"),
      timemasterConf: conf("timemaster"),
      ptpSchedulingPolicy: maybe(
        oneOf(["SCHED_OTHER", "SCHED_FIFO"], "Scheduling policy of ptp4l and phc2sys; SCHED_FIFO needs a priority."),
      ),
      ptpSchedulingPriority: maybe(int64("Real-time priority under SCHED_FIFO, 1 to 65.", { minimum: 1, maximum: 65 })),
      ptpClockThreshold: maybe(ptpClockThreshold),
      ptpSettings,
      highAvailability,
      plugins,
    },
    {
      type: "PtpProfile",
      rules: [
        {
          rule: "!has(self.highAvailability) || !has(self.highAvailability.enableHA) || !self.highAvailability.enableHA || (has(self.ptpSettings) && 'haProfiles' in self.ptpSettings)",
          message:
            "highAvailability.enableHA true needs the profiles to choose from: name them in ptpSettings haProfiles",
        },
      ],
    },
  ),
  "The profiles this object defines.",
);
