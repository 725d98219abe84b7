import { lockStatusCode } from "./dpll/lock-status.ts";
import type { DpllView, PartViews, ReceiverView, SynceView, TelecomClockView, Ts2phcView } from "./part-views.ts";
import type { SyncStatus } from "./sync-machine.ts";

const byInterface = ["process", "node", "iface"] as const;
const measured = ["from", ...byInterface] as const;
const lockStatusHelp = "-1=UNKNOWN, 0=INVALID, 1=FREERUN, 2=LOCKED, 3=LOCKED_HO_ACQ, 4=HOLDOVER";
const synce = ["process", "node", "profile", "network_option", "iface", "device"] as const;

/** Families that tell of receivers, DPLLs and SyncE; with the names of the existing stack, whose enumerations they keep. */
export const partFamilies = {
  gnssStatus: gauge(
    "openshift_ptp_gnss_status",
    "0=NOFIX, 1=Dead Reckoning Only, 2=2D-FIX, 3=3D-FIX, 4=GPS+dead reckoning fix, 5=Time only fix",
    measured,
  ),
  frequencyStatus: gauge("openshift_ptp_frequency_status", lockStatusHelp, measured),
  phaseStatus: gauge("openshift_ptp_phase_status", lockStatusHelp, measured),
  ppsStatus: gauge("openshift_ptp_pps_status", "0=UNAVAILABLE, 1=AVAILABLE", measured),
  nmeaStatus: gauge("openshift_ptp_nmea_status", "0 = UNAVAILABLE, 1 = AVAILABLE", byInterface),
  synceQualityLevel: gauge(
    "openshift_ptp_synce_ssm_ql",
    "Quality level that is sent, as ITU-T G.781 numbers it by network option; Extended SSM: 255 = none",
    [...synce, "ql_type"],
  ),
  synceClockQuality: gauge(
    "openshift_ptp_synce_clock_quality",
    "Sum of SSM and Extended SSM. network_option 1: ePRTC = 35, PRTC = 34, PRC = 257, SSU-A = 259, SSU-B = 263, EEC1 = 266, QL-DNU = 270. network_option 2: ePRTC = 34, PRTC = 33, PRS = 256, STU = 255, ST2 = 262, TNC = 259, ST3E = 268, EEC2 = 265, PROV = 269, QL-DUS = 270",
    synce,
  ),
} as const;

/** A value of a family: of those above, or of the ones that every clock has. */
export interface PartSample {
  readonly family: keyof typeof partFamilies | "clockState" | "offset" | "maxOffset" | "frequency" | "clockClass";
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of one clock, its state aside; `labels`: those of its state. */
export interface PartSamples {
  readonly status: SyncStatus;
  readonly labels: Readonly<Record<"process" | "node" | "iface", string>>;
  readonly samples: readonly PartSample[];
}

/** Samples of all clocks beside those of ptp4l and phc2sys. */
export function partSamples(views: PartViews, node: string): readonly PartSamples[] {
  return [
    ...(views.telecomClocks ?? []).map((view) => telecomSamples(view, node)),
    ...(views.ts2phcClocks ?? []).map((view) => ts2phcSamples(view, node)),
    ...(views.dplls ?? []).map((view) => dpllSamples(view, node)),
    ...(views.receivers ?? []).map((view) => receiverSamples(view, node)),
    ...(views.synceDevices ?? []).flatMap((view) => synceSamples(view, node)),
  ];
}

function telecomSamples({ process, iface, configName, status, clockClass, offsetNs }: TelecomClockView, node: string) {
  const labels = { process, node, iface };
  const ofClass = { process: "ptp4l", node, config: configName };
  return {
    status,
    labels,
    samples: [
      sample("clockClass", ofClass, clockClass.value),
      ...present("offset", { from: process, ...labels }, offsetNs),
    ],
  };
}

function ts2phcSamples({ iface, status, reading, hasTimeOfDay }: Ts2phcView, node: string): PartSamples {
  const labels = { process: "ts2phc", node, iface };
  const from = { from: "master", ...labels };
  return {
    status,
    labels,
    samples: [
      ...(reading === undefined
        ? []
        : [
            sample("offset", from, reading.offsetNs),
            sample("maxOffset", from, Math.abs(reading.offsetNs)),
            sample("frequency", from, reading.freqPpb),
          ]),
      ...(hasTimeOfDay === undefined ? [] : [sample("nmeaStatus", labels, Number(hasTimeOfDay))]),
    ],
  };
}

function dpllSamples({ iface, status, eec, pps, followsPulse, offsetNs }: DpllView, node: string): PartSamples {
  const labels = { process: "dpll", node, iface };
  const from = { from: "dpll", ...labels };
  return {
    status,
    labels,
    samples: [
      ...present("frequencyStatus", from, eec && lockStatusCode[eec]),
      ...present("phaseStatus", from, pps && lockStatusCode[pps]),
      ...present("ppsStatus", from, followsPulse === undefined ? undefined : Number(followsPulse)),
      ...present("offset", from, offsetNs),
    ],
  };
}

function receiverSamples({ iface, status, fix, timeAccuracyNs }: ReceiverView, node: string): PartSamples {
  const labels = { process: "gnss", node, iface };
  const from = { from: "gnss", ...labels };
  return {
    status,
    labels,
    samples: [...present("gnssStatus", from, fix), ...present("offset", from, timeAccuracyNs)],
  };
}

/** One clock per interface, as ever: the device is what they have in common. */
function synceSamples({ configName, device, networkOption, status, ports }: SynceView, node: string): PartSamples[] {
  return ports.map(({ interfaceName: iface, sent }) => {
    const labels = { process: "synce4l", node, iface };
    const named = { ...labels, profile: configName, network_option: String(networkOption), device };
    const samples =
      sent === undefined
        ? []
        : [
            sample("synceQualityLevel", { ...named, ql_type: "SSM" }, sent.ssm),
            sample("synceQualityLevel", { ...named, ql_type: "Extended SSM" }, sent.extended),
            sample("synceClockQuality", named, sent.ssm + sent.extended),
          ];
    return { status, labels, samples };
  });
}

function present(family: PartSample["family"], labels: PartSample["labels"], value: number | undefined): PartSample[] {
  return value === undefined ? [] : [sample(family, labels, value)];
}

function sample(family: PartSample["family"], labels: PartSample["labels"], value: number): PartSample {
  return { family, labels, value };
}

function gauge<const L extends readonly string[]>(name: string, help: string, labels: L) {
  return { name, help, type: "gauge", labels } as const;
}
