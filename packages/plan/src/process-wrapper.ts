import type { ProfileContext } from "./profile-context.ts";

/**
 * What stands before a command line: the death signal, so that no process outlives the agent, then the real-time priority
 * that the profile asks for. Only SCHED_FIFO with a priority of 1 to 65 has an effect, as in the existing stack.
 */
export function processWrapper({ profile, facts }: ProfileContext): readonly string[] {
  const deathSignal = facts.setprivPath === undefined ? [] : [facts.setprivPath, "--pdeathsig", "KILL"];
  const priority = fifoPriority(profile);
  if (priority === undefined || facts.chrtPath === undefined || facts.fifoRefusal !== undefined) return deathSignal;
  return [...deathSignal, facts.chrtPath, "-f", String(priority)];
}

/** Notes a scheduling wish of the profile that is not granted. */
export function noteScheduling({ profile, facts, note }: ProfileContext): void {
  if (profile.ptpSchedulingPolicy !== "SCHED_FIFO") return;
  if (fifoPriority(profile) === undefined) {
    const value = profile.ptpSchedulingPriority === undefined ? "missing" : `${profile.ptpSchedulingPriority}`;
    note("ptpSchedulingPriority", `${value}: processes run without SCHED_FIFO; write an integer from 1 to 65`);
  } else if (facts.chrtPath === undefined) {
    note("ptpSchedulingPolicy", "processes run without SCHED_FIFO: chrt is not installed; install util-linux");
  } else if (facts.fifoRefusal !== undefined) {
    note("ptpSchedulingPolicy", `processes run without SCHED_FIFO: ${facts.fifoRefusal}`);
  }
}

function fifoPriority({ ptpSchedulingPolicy, ptpSchedulingPriority }: ProfileContext["profile"]): number | undefined {
  const priority = ptpSchedulingPriority ?? 0;
  const isGranted =
    ptpSchedulingPolicy === "SCHED_FIFO" && Number.isInteger(priority) && priority >= 1 && priority <= 65;
  return isGranted ? priority : undefined;
}
