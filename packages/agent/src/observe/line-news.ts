import type { ProgramName } from "@ptp/node";
import type { LogFact } from "@ptp/ptp";

/** Programs that show by a line which their grammar understands that they work; of the others any line does. */
const programsThatTell: ReadonlySet<ProgramName> = new Set<ProgramName>(["ptp4l", "phc2sys", "ts2phc", "synce4l"]);

/** Whether the line shows that its program works. */
export function showsWork(program: ProgramName, fact: LogFact | undefined): boolean {
  return programsThatTell.has(program) ? fact !== undefined && fact.kind !== "remark" : true;
}

/** Whether a port or its parent changed: management knows more. */
export function isNewsOfPorts(fact: LogFact | undefined): boolean {
  return fact?.kind === "port-state" || fact?.kind === "best-clock" || fact?.kind === "port-link";
}

/** The offset in a line for those who wait for one, signed where the line is; of phc2sys the system clock's alone. */
export function offsetInLine(program: ProgramName, fact: LogFact | undefined): number | undefined {
  if (fact?.kind !== "offset" && fact?.kind !== "offset-summary") return undefined;
  if (program === "phc2sys") {
    if (fact.clock !== "CLOCK_REALTIME") return undefined;
    return fact.kind === "offset" ? fact.offsetNs : fact.rmsNs;
  }
  if (program !== "ptp4l" && program !== "ts2phc") return undefined;
  return fact.kind === "offset" ? fact.offsetNs : fact.maxNs;
}
