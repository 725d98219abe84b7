import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** Counts what becomes of questions to ptp4l and of what is written to it; each is named by its configuration. */
export interface ManagementMetrics {
  /** Exactly these ptp4l are asked: series of others vanish, new ones begin at zero. */
  follow(configNames: readonly string[]): void;
  /** It answered after `seconds`. */
  noteAnswer(configName: string, seconds: number): void;
  /** It did not answer in time, or nobody was there. */
  noteSilence(configName: string): void;
  /** A value was written and read back, or it was not. */
  noteWrite(configName: string, result: WriteResult): void;
  /** How many values it announces otherwise than it should. */
  setPending(configName: string, count: number): void;
}

/** How an attempt to write ended. */
export type WriteResult = (typeof writeResults)[number];

const writeResults = ["written", "failed"] as const;
const labelNames = ["process", "node", "config"] as const;
/** From a ptp4l at rest to the limit of a question. */
const bucketsS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5];

/** Registers the families. */
export function createManagementMetrics(registry: Registry, nodeName: string): ManagementMetrics {
  const families = createFamilies(registry);
  /** Whether each has answered last; undefined: never yet. */
  const hasAnswered = new Map<string, boolean | undefined>();
  const labelsOf = (config: string) => ({ process: "ptp4l", node: nodeName, config });
  const isFollowed = (config: string): boolean => hasAnswered.has(config);
  return {
    follow: (configNames) => {
      for (const config of hasAnswered.keys()) {
        if (configNames.includes(config)) continue;
        hasAnswered.delete(config);
        removeSeries(families, labelsOf(config));
      }
      for (const config of configNames) {
        if (isFollowed(config)) continue;
        hasAnswered.set(config, undefined);
        beginSeries(families, labelsOf(config));
      }
    },
    noteAnswer: (config, seconds) => {
      if (!isFollowed(config)) return;
      if (hasAnswered.get(config) === false) families.reconnects.inc(labelsOf(config));
      hasAnswered.set(config, true);
      families.roundTrip.observe(labelsOf(config), seconds);
    },
    noteSilence: (config) => {
      if (hasAnswered.get(config) === true) hasAnswered.set(config, false);
    },
    noteWrite: (config, result) => {
      if (isFollowed(config)) families.writes.inc({ ...labelsOf(config), result });
    },
    setPending: (config, count) => {
      if (isFollowed(config)) families.pending.set(labelsOf(config), count);
    },
  };
}

type Families = ReturnType<typeof createFamilies>;

function createFamilies(registry: Registry) {
  const registers = [registry];
  return {
    roundTrip: new Histogram({
      name: "ptp_management_round_trip_seconds",
      help: "From a question on ptp4l's management socket to its last answer",
      labelNames,
      buckets: bucketsS,
      registers,
    }),
    reconnects: new Counter({
      name: "ptp_management_reconnects_total",
      help: "Times a ptp4l answered again that had answered before and then had not, a restart of it included",
      labelNames,
      registers,
    }),
    writes: new Counter({
      name: "ptp_announce_writes_total",
      help: "Values of its announcements written to ptp4l: read back, or failed",
      labelNames: [...labelNames, "result"],
      registers,
    }),
    pending: new Gauge({
      name: "ptp_announce_pending_writes",
      help: "Values that ptp4l announces otherwise than it should",
      labelNames,
      registers,
    }),
  };
}

function beginSeries({ reconnects, writes, pending }: Families, labels: Readonly<Record<string, string>>): void {
  reconnects.inc({ ...labels }, 0);
  pending.set({ ...labels }, 0);
  for (const result of writeResults) writes.inc({ ...labels, result }, 0);
}

function removeSeries(
  { roundTrip, reconnects, writes, pending }: Families,
  labels: Readonly<Record<string, string>>,
): void {
  for (const family of [roundTrip, reconnects, pending]) family.remove({ ...labels });
  for (const result of writeResults) writes.remove({ ...labels, result });
}
