import { safeServo } from "../../tools/lab/safe-servo.ts";

/** What a ptp4l of a benchmark is. */
export interface ClockParts {
  readonly interfaces: readonly string[];
  readonly domainNumber: number;
  /** Told by GET DEFAULT_DATA_SET: by this value a benchmark sees that a new file is in force. */
  readonly priority2: number;
  /** Gives time without moving the clock, or takes it and moves the machine's frequency by 10 ppb at most. */
  readonly role: "transmitter" | "receiver";
}

const transmitter = [
  "free_running 1",
  "clockClass 6",
  "clockAccuracy 0x21",
  "offsetScaledLogVariance 0x4e5d",
  "serverOnly 1",
];

const receiver = ["clientOnly 1", ...safeServo];

/** Text of a ptp4l configuration: software timestamps, 16 Sync and Delay_Req a second, 8 Announce. */
export function ptp4lConf({ interfaces, domainNumber, priority2, role }: ClockParts): string {
  const lines = [
    "[global]",
    "time_stamping software",
    `domainNumber ${domainNumber}`,
    `priority2 ${priority2}`,
    "dataset_comparison G.8275.x",
    "logAnnounceInterval -3",
    "logSyncInterval -4",
    "logMinDelayReqInterval -4",
    "announceReceiptTimeout 3",
    ...(role === "transmitter" ? transmitter : receiver),
    ...interfaces.map((name) => `[${name}]`),
  ];
  return `${lines.join("\n")}\n`;
}

/** The same with comments up to a size in bytes, as configurations of real sites have them. */
export function paddedConf(parts: ClockParts, bytes: number): string {
  const conf = ptp4lConf(parts);
  const comment = `# ${"-".repeat(61)}\n`;
  return comment.repeat(Math.max(0, Math.floor((bytes - conf.length) / comment.length))) + conf;
}
