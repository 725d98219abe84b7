import type { ProcessReport, ProgramName } from "@ptp/node";

/** A process of a plan, as far as its observation goes. */
export interface WatchedProcess {
  /** `<program>.<run id>`, such as `ptp4l.0`. */
  readonly key: string;
  readonly program: ProgramName;
  /** Qualified profile name. */
  readonly profile: string;
  readonly configName: string;
}

/** A ptp4l instance of a plan, as far as its observation goes. */
export interface WatchedPtp4l {
  readonly key: string;
  readonly profile: string;
  readonly configName: string;
  readonly socketPath: string;
  readonly domainNumber: number;
  /** Interfaces in configuration order: port number N is entry N-1. */
  readonly interfaces: readonly string[];
}

/** What of a run plan says which clocks there are. */
export interface WatchedPlan {
  readonly processes: readonly WatchedProcess[];
  readonly ptp4lInstances: readonly WatchedPtp4l[];
  readonly aliasByInterface: Readonly<Record<string, string>>;
  /** N of `/dev/ptpN` by interface; absent, or without an interface: not known. */
  readonly phcIndexByInterface?: Readonly<Record<string, number>>;
}

/** What a clock of ts2phc is called: the interface that `/dev/ptpN` belongs to, of several one of `preferred`, if that is known. */
export function nameOfClock(
  { phcIndexByInterface = {} }: Pick<WatchedPlan, "phcIndexByInterface">,
  clock: string,
  preferred: readonly string[],
): string {
  const index = /^\/dev\/ptp(\d{1,6})$/.exec(clock)?.[1];
  if (index === undefined) return clock;
  const isSame = (name: string) =>
    Object.hasOwn(phcIndexByInterface, name) && phcIndexByInterface[name] === Number(index);
  return preferred.find(isSame) ?? Object.keys(phcIndexByInterface).toSorted().find(isSame) ?? clock;
}

/** What metrics call an interface. */
export function aliasOf({ aliasByInterface }: Pick<WatchedPlan, "aliasByInterface">, name: string): string {
  return (Object.hasOwn(aliasByInterface, name) ? aliasByInterface[name] : undefined) ?? name;
}

/** Whether a process is there to be heard of; one that never was told of is not. */
export function isUp(report: ProcessReport | undefined): boolean {
  return report?.state === "starting" || report?.state === "running";
}

/** A process that came up or went down, as machines hear it. */
export function upOrDown(report: ProcessReport) {
  if (isUp(report)) return { kind: "process-up" } as const;
  return { kind: "process-down", detail: downDetail(report) } as const;
}

/** While it is stopping the last end that is known is that of an earlier run. */
function downDetail({ program, state, lastExit }: ProcessReport): string {
  const why = lastExit === "" || state === "stopping" ? "" : `: ${lastExit}`;
  return `${program} is ${state === "backoff" ? "down, restarting" : state}${why}`;
}

/** Everything else of an instance says how its clock is shown, not which one it is. */
export function isSameClock(left: WatchedPtp4l, right: WatchedPtp4l): boolean {
  return (
    left.key === right.key &&
    left.socketPath === right.socketPath &&
    left.domainNumber === right.domainNumber &&
    left.interfaces.length === right.interfaces.length &&
    left.interfaces.every((name, place) => name === right.interfaces[place])
  );
}
