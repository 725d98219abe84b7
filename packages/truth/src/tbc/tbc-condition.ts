import type { Instant } from "@ptp/node";
import type { DpllClock, DpllOptions } from "../dpll/dpll-clock.ts";
import type { SyncCondition, SyncStatus } from "../sync-machine.ts";
import type { TbcOptions } from "./tbc-options.ts";
import { upstreamFreshnessMs, type UpstreamPorts } from "./upstream-ports.ts";

/** What is known of a T-BC when its condition is asked for. */
export interface TbcParts {
  readonly status: SyncStatus;
  readonly process: { readonly up: boolean; readonly detail: string };
  readonly ports: UpstreamPorts;
  readonly dplls: readonly { readonly options: DpllOptions; readonly clock: DpllClock }[];
}

/**
 * What the parts of a T-BC amount to: a DPLL that cannot hold the time or an offset beyond LocalMaxHoldoverOffSet ends it,
 * a lost upstream is held over, and only a filter full of good offsets locks it.
 */
export function tbcCondition(parts: TbcParts, options: TbcOptions, now: Instant): SyncCondition {
  const { status, process } = parts;
  const broken = brokenDpll(parts) ?? tooFar(parts, options);
  if (broken !== undefined) return broken;
  if (!process.up) {
    if (status.state === "UNKNOWN") return { kind: "unobserved", cause: process.detail };
    return { kind: "lost", cause: process.detail, toleranceMs: options.limits.ptp4lDowntimeMs };
  }
  return lostUpstream(parts, now) ?? lostDpll(parts) ?? settling(parts, options);
}

/** A DPLL that follows the leading one's pulse and lost it, or a leading one that has nothing left to hold. */
function brokenDpll({ dplls }: TbcParts): SyncCondition | undefined {
  const broken = dplls.find(
    ({ options, clock }) =>
      clock.status.state === "FREERUN" || (options.source === "pps" && clock.status.state === "HOLDOVER"),
  );
  return broken && { kind: "unreferenced", cause: broken.clock.status.cause.join(": ") };
}

function tooFar({ ports, dplls }: TbcParts, { holdover }: TbcOptions): SyncCondition | undefined {
  const limitNs = holdover.maxHoldoverOffsetNs;
  const limit = `LocalMaxHoldoverOffSet ${limitNs} ns`;
  if (ports.meanNs > limitNs) return { kind: "unreferenced", cause: `mean upstream offset above ${limit}` };
  const leading = dplls.find(({ options }) => options.source === "ptp4l");
  const phaseNs = leading?.clock.status.state === "LOCKED" ? Math.abs(leading.clock.phaseOffsetNs ?? 0) : 0;
  return phaseNs > limitNs ? { kind: "unreferenced", cause: `phase offset of the DPLL above ${limit}` } : undefined;
}

function lostUpstream({ process, ports }: TbcParts, now: Instant): SyncCondition | undefined {
  if (ports.stateByPort.size === 0)
    return { kind: "unobserved", cause: process.detail || "ptp4l has not told its port states" };
  if (ports.activePort === undefined) {
    const states = [...ports.stateByPort].map(([name, state]) => `${name} ${state}`).join(", ");
    return { kind: "lost", cause: `no upstream port receives time: ${states}` };
  }
  if (ports.sampledAt === undefined) return undefined;
  if (now.monotonicMs - ports.sampledAt.monotonicMs < upstreamFreshnessMs) return undefined;
  return { kind: "lost", cause: `${ports.activePort} got no Sync for ${upstreamFreshnessMs / 1000} s` };
}

function lostDpll({ dplls, status }: TbcParts): SyncCondition | undefined {
  const lost = dplls.find(({ clock }) => clock.status.state !== "LOCKED");
  if (lost === undefined) return undefined;
  const isUnknown = lost.clock.status.state === "UNKNOWN" && status.state === "UNKNOWN";
  return { kind: isUnknown ? "unobserved" : "lost", cause: lost.clock.status.cause.join(": ") };
}

/** A clock that was locked on another port holds over until the new one proves good. */
function settling({ ports, status }: TbcParts, { inSync }: TbcOptions): SyncCondition {
  const { activePort = "", settled } = ports;
  if (settled) return { kind: "tracking", cause: `${activePort} receives time, offset within thresholds` };
  const wanted = `mean of ${inSync.filterSize} offsets below ${inSync.thresholdNs} ns`;
  const hadTime = status.state === "LOCKED" || status.state === "HOLDOVER";
  return { kind: hadTime ? "lost" : "out-of-range", cause: `${activePort} receives time, ${wanted} awaited` };
}
