import type { ProcessReport } from "@ptp/node";
import { parseControlLine, parseLogHeader, readFact, stripLinePrefix, type LogFact, type PrefixedLine } from "@ptp/ptp";
import type { WatchedPlan, WatchedProcess } from "../node/watched-plan.ts";
import { isUnixTime } from "./timeline.ts";

/** A line of a text recording, taken apart. */
export interface ReplayLine {
  readonly prefix: PrefixedLine;
  /** Seconds in the header's brackets. */
  readonly stampS: number | undefined;
  /** The word in the header. */
  readonly program: string;
  /** Undefined if no form fits. */
  readonly fact: LogFact | undefined;
  /** The process of the plan that wrote it, or that it is about; undefined if the plan has none. */
  readonly process: WatchedProcess | undefined;
}

/** Finds processes of a plan by what their lines carry. */
export type FindProcess = (program: string, configName: string | undefined) => WatchedProcess | undefined;

/** Takes a line apart; undefined for one that no program we know wrote. */
export function readReplayLine(line: string, find: FindProcess): ReplayLine | undefined {
  const prefix = stripLinePrefix(line);
  const header = parseLogHeader(prefix.text);
  if (header === undefined) {
    const fact = parseControlLine(prefix.text.trim());
    return fact && { prefix, stampS: undefined, program: "CMD", fact, process: undefined };
  }
  const { program, uptimeS, configName, text } = header;
  const stampS = isDaemonLine(prefix.text) && !isUnixTime(uptimeS) ? undefined : uptimeS;
  return { prefix, stampS, program, fact: readFact(program, text), process: find(program, configName) };
}

/** Event lines of the existing daemon have no space there, and Unix time in their brackets: anything else says nothing. */
const daemonStart = /^[\w-]{1,32}\[\d+\]:\[/;

/** Asked for every line, and most have a space there. */
function isDaemonLine(text: string): boolean {
  return text.startsWith(":[", text.indexOf("]") + 1) && daemonStart.test(text);
}

/**
 * Lookup by program and the name in the message tag; the program's number in the name decides where the name itself is
 * another program's (event lines of T-GM and T-BC carry ts2phc's), and a program that runs once needs none.
 */
export function createProcessFinder({ processes }: WatchedPlan): FindProcess {
  const foundByProgram = new Map<string, Map<string, WatchedProcess | undefined>>();
  let names = 0;
  return (program, configName = "") => {
    const found = foundByProgram.get(program)?.get(configName);
    if (found !== undefined || foundByProgram.get(program)?.has(configName) === true) return found;
    const sought = search(processes, program, configName);
    if (names < maxNames) {
      const byName = foundByProgram.get(program) ?? new Map<string, WatchedProcess | undefined>();
      foundByProgram.set(program, byName.set(configName, sought));
      names += 1;
    }
    return sought;
  };
}

/** Recordings may carry any name: no more of them are remembered. */
const maxNames = 1_000;

function search(processes: readonly WatchedProcess[], program: string, configName: string): WatchedProcess | undefined {
  const named = /^([\w-]{1,32})\.(\d{1,6})\./.exec(configName);
  const wanted = processes.some((each) => each.program === program) ? program : named?.[1];
  const candidates = processes.filter((each) => each.program === wanted);
  return (
    candidates.find((each) => each.configName === configName) ??
    candidates.find((each) => each.key === `${wanted}.${named?.[2]}`) ??
    (candidates.length === 1 ? candidates[0] : undefined)
  );
}

/** The report of a process that a recording shows to be up or down. */
export function replayedReport(
  { key, program, profile, configName }: WatchedProcess,
  before: ProcessReport | undefined,
  { up, unixMs }: { readonly up: boolean; readonly unixMs: number },
): ProcessReport {
  const wasUp = before?.state === "running";
  const starts = (before?.starts ?? 0) + Number(up && !wasUp);
  const sinceUnixMs = wasUp === up ? (before?.sinceUnixMs ?? unixMs) : unixMs;
  const state = up ? "running" : "backoff";
  return { key, program, profile, configName, state, starts, sinceUnixMs, lastExit: before?.lastExit ?? "" };
}
