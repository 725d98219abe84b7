import type { Instant } from "@ptp/node";
import type { PortState } from "@ptp/ptp";

/** How a T-BC decides that its upstream offset is good enough to lock on. */
export interface InSync {
  /** Offsets of the filter; the mean of so many has to be below the threshold. */
  readonly filterSize: number;
  readonly thresholdNs: number;
  /** So many evaluations in a row have to pass once the filter is full. */
  readonly times: number;
}

/** The receiving ports of a T-BC and what was measured there since the present one was chosen. */
export interface UpstreamPorts {
  readonly stateByPort: ReadonlyMap<string, PortState>;
  /** Interface of the port that receives time now. */
  readonly activePort?: string;
  /** Newest last, at most `filterSize`; signed. */
  readonly offsetsNs: readonly number[];
  /** Mean of their absolute values; 0 of none. */
  readonly meanNs: number;
  readonly sampledAt?: Instant;
  /** Evaluations in a row that passed. */
  readonly passed: number;
  /** It was in sync since the present port was chosen. */
  readonly settled: boolean;
}

/** An offset older than this says nothing. */
export const upstreamFreshnessMs = 2000;

/** No port was told of. */
export const noUpstreamPorts: UpstreamPorts = {
  stateByPort: new Map(),
  offsetsNs: [],
  meanNs: 0,
  passed: 0,
  settled: false,
};

/** What `ptpSettings` say, strict defaults for what is missing or no positive whole number. */
export function inSyncOf(settings: Readonly<Record<string, string>>, limits: { readonly maxOffsetNs: number }): InSync {
  const positive = (key: string): number | undefined => {
    const text = Object.hasOwn(settings, key) ? (settings[key] ?? "") : "";
    return /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
  };
  return {
    filterSize: 64,
    thresholdNs: positive("inSyncConditionThreshold") ?? limits.maxOffsetNs,
    times: positive("inSyncConditionTimes") ?? 1,
  };
}

/** A port changed its state: another active port begins to measure anew. */
export function observeUpstreamPort(ports: UpstreamPorts, name: string, state: PortState): UpstreamPorts {
  const stateByPort = new Map(ports.stateByPort).set(name, state);
  const { activePort, ...rest } = ports;
  if (state === "TIME_RECEIVER") {
    return activePort === name ? { ...ports, stateByPort } : { ...noUpstreamPorts, stateByPort, activePort: name };
  }
  if (activePort !== name) return { ...ports, stateByPort };
  const other = [...stateByPort].find(([, each]) => each === "TIME_RECEIVER")?.[0];
  if (other !== undefined) return { ...noUpstreamPorts, stateByPort, activePort: other };
  return { ...rest, stateByPort, offsetsNs: [], meanNs: 0, passed: 0, settled: false };
}

/** A Sync was measured at the active port; after a gap the filter fills anew. Without an active port it is nobody's. */
export function observeUpstreamOffset(
  ports: UpstreamPorts,
  offsetNs: number,
  inSync: InSync,
  { localOffsetNs, now }: { readonly localOffsetNs: number | undefined; readonly now: Instant },
): UpstreamPorts {
  const { activePort, stateByPort } = ports;
  if (activePort === undefined) return ports;
  const isGap = now.monotonicMs - (ports.sampledAt ?? now).monotonicMs >= upstreamFreshnessMs;
  const before = isGap ? { ...noUpstreamPorts, stateByPort, activePort } : ports;
  const offsetsNs = [...before.offsetsNs, offsetNs].slice(-inSync.filterSize);
  const meanNs = meanMagnitudeNs(offsetsNs);
  const seen = { ...before, offsetsNs, meanNs, sampledAt: now };
  // A few good samples prove nothing.
  const upstreamNs = offsetsNs.length < inSync.filterSize ? undefined : meanNs;
  const largestNs = largestOffsetNs([upstreamNs, localOffsetNs ?? 0]);
  const isGood = largestNs !== undefined && Math.abs(largestNs) < inSync.thresholdNs;
  const passed = isGood ? Math.min(before.passed + 1, inSync.times) : 0;
  return { ...seen, passed, settled: before.settled || passed >= inSync.times };
}

function meanMagnitudeNs(offsetsNs: readonly number[]): number {
  let sum = 0;
  for (const offsetNs of offsetsNs) sum += Math.abs(offsetNs);
  return sum / Math.max(1, offsetsNs.length);
}

/** The offset of the largest magnitude, signed; undefined if one of them is not known. */
export function largestOffsetNs(offsetsNs: readonly (number | undefined)[]): number | undefined {
  return offsetsNs.reduce<number | undefined>(
    (largest, offsetNs) =>
      largest === undefined || offsetNs === undefined
        ? undefined
        : Math.abs(offsetNs) > Math.abs(largest)
          ? offsetNs
          : largest,
    offsetsNs[0],
  );
}
