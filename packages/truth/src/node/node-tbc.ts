import type { Instant, NodeProfile } from "@ptp/node";
import type { DpllStatus, LogFact } from "@ptp/ptp";
import { clockLimits } from "../clock-limits.ts";
import { holdoverParameters } from "../dpll/holdover-parameters.ts";
import { dpllFlags } from "../dpll/lock-status.ts";
import type { PtpClock, PtpClockObservation } from "../ptp-clock.ts";
import type { SyncChange } from "../sync-machine.ts";
import { initialTbcClock, stepTbc, type TbcClock, type TbcObservation } from "../tbc/tbc-clock.ts";
import type { TbcOptions } from "../tbc/tbc-options.ts";
import { inSyncOf } from "../tbc/upstream-ports.ts";
import { hearDpll } from "./hear-parts.ts";
import type { WatchedPtp4l } from "./watched-plan.ts";

/** A telecom boundary clock: its receiving ptp4l and the DPLLs that hold its time. */
export interface NodeTbc {
  readonly profile: string;
  /** Name under which it is told of: that of the ts2phc that serves its DPLLs. */
  readonly configName: string;
  /** Interface of the leading DPLL. */
  readonly leadingInterface: string;
  readonly options: TbcOptions;
  readonly clock: TbcClock;
}

/** A T-BC after a step, and the transitions of the clock itself. */
export interface TbcNodeStep {
  readonly tbc: NodeTbc;
  readonly changes: readonly SyncChange[];
}

/** What a T-BC is made of when a DPLL is heard of for the first time. */
export interface TbcBeginning {
  readonly profile: NodeProfile;
  readonly configName: string;
  readonly watched: WatchedPtp4l;
  /** What is known of its ptp4l. */
  readonly ptp: PtpClock;
  /** Another profile gives its time on. */
  readonly givesTime: boolean;
  readonly heard: DpllStatus;
}

/** Whether the profile says that it is a T-BC. */
export function isTbcProfile({ ptpSettings }: NodeProfile): boolean {
  return ptpSettings?.["clockType"] === "T-BC";
}

/**
 * A T-BC that has just heard of its first DPLL: only a node whose DPLLs are observed has one, since no state may be told of
 * hardware that nobody looks at. What its ptp4l said before is taken along.
 */
export function beginTbc(beginning: TbcBeginning, now: Instant): TbcNodeStep {
  const { profile, configName, ptp, heard } = beginning;
  const settings = profile.ptpSettings ?? {};
  const leadingInterface = settings["leadingInterface"] ?? dpllInterfaces(settings)[0] ?? heard.interfaceName;
  const options = tbcOptions(beginning, leadingInterface);
  const tbc = { profile: profile.name, configName, leadingInterface, options, clock: initialTbcClock(now, options) };
  const up: readonly TbcObservation[] = ptp.process.up ? [{ kind: "process-up" }] : [];
  const ports = [...ptp.ports.values()].map(({ interfaceName, state }) => {
    return { kind: "port", interfaceName, state } as const;
  });
  return stepNodeTbc(tbc, [...up, ...ports], now);
}

function tbcOptions({ profile, watched, givesTime, heard }: TbcBeginning, leading: string): TbcOptions {
  const settings = profile.ptpSettings ?? {};
  const limits = clockLimits(profile);
  const holdover = holdoverParameters(settings);
  const upstream = (settings["upstreamPort"] ?? "").split(",").map((name) => name.trim());
  const named = upstream.filter((name) => name !== "");
  const interfaces = new Set([leading, ...dpllInterfaces(settings), heard.interfaceName]);
  return {
    limits,
    holdover,
    inSync: inSyncOf(settings, limits),
    upstreamPorts: named.length > 0 ? named : watched.interfaces,
    dplls: [...interfaces].map((interfaceName) => ({
      interfaceName,
      source: interfaceName === leading ? "ptp4l" : "pps",
      flags: dpllFlags(settings[`dpll.${interfaceName}.flags`]),
      limits,
      holdover,
    })),
    givesTime,
  };
}

/** Those with a clock id, in the order of their names. */
function dpllInterfaces(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(settings)
    .flatMap((key) => /^clockId\[([^\]]{1,64})\]$/.exec(key)?.[1] ?? [])
    .filter((name) => settings[`dpll.${name}.ignore`] !== "true")
    .sort();
}

/** Folds observations into a T-BC. */
export function stepNodeTbc(tbc: NodeTbc, observations: readonly TbcObservation[], now: Instant): TbcNodeStep {
  let { clock } = tbc;
  const changes: SyncChange[] = [];
  for (const observation of observations) {
    const step = stepTbc(clock, observation, tbc.options, now);
    ({ clock } = step);
    for (const change of step.changes)
      if (change.part === "clock" && change.kind === "state") changes.push(toSync(change));
  }
  return { tbc: { ...tbc, clock }, changes };
}

function toSync({ from, to, at, cause }: SyncChange): SyncChange {
  return { from, to, at, cause };
}

/** What a line of its ptp4l tells a T-BC. */
export function tbcHears(fact: LogFact, { interfaces }: WatchedPtp4l): readonly TbcObservation[] {
  if (fact.kind === "offset") return [{ kind: "offset", offsetNs: fact.offsetNs }];
  if (fact.kind !== "port-state" || fact.portNumber === 0) return [];
  const interfaceName = fact.interfaceName ?? interfaces[fact.portNumber - 1] ?? "";
  return [{ kind: "port", interfaceName, state: fact.to }];
}

/** What a round of management tells a T-BC, which its ptp4l's clock has taken in: `before` and `after` it. */
export function tbcAsks(
  observations: readonly PtpClockObservation[],
  before: PtpClock,
  after: PtpClock,
): readonly TbcObservation[] {
  const isMeasured = after.sample !== undefined && after.sample !== before.sample;
  const told = observations.flatMap((each): readonly TbcObservation[] => {
    if (each.kind === "parent-data-set" || each.kind === "current-data-set" || each.kind === "tick") return [each];
    if (each.kind !== "port") return [];
    return [{ kind: "port", interfaceName: after.ports.get(each.number)?.interfaceName ?? "", state: each.state }];
  });
  return isMeasured ? [{ kind: "offset", offsetNs: after.sample.offsetNs }, ...told] : told;
}

/** What a DPLL tells a T-BC. */
export function tbcHearsDpll(status: DpllStatus): readonly TbcObservation[] {
  return [{ kind: "dpll", interfaceName: status.interfaceName, observation: hearDpll(status) }];
}
