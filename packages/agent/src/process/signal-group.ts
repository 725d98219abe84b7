import { errnoCode } from "@ptp/kit";

/** Signals a whole process group; false if nobody is left in it. */
export function signalGroup(groupId: number, signal: NodeJS.Signals): boolean {
  return signalProcess(-groupId, signal);
}

/** Signals one process; false if it is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (errnoCode(error) === "ESRCH") return false;
    throw error;
  }
}
