import { readFileSync } from "node:fs";
import { runningTimeClient, seesWholeMachine } from "./time-client.ts";
import { readClock, statusUnsynchronised } from "./timex.ts";

/** Whether a lab may adjust the system clock by its few parts per billion. */
export type ClockVerdict = { readonly adjustable: true } | { readonly adjustable: false; readonly reason: string };

const capSysTime = 25n;

/** Looks at this machine. Where anything steers the clock already, a lab must not. */
export function judgeClock(): ClockVerdict {
  if (!hasSysTime()) return { adjustable: false, reason: "this program lacks CAP_SYS_TIME" };
  const client = runningTimeClient();
  if (client !== undefined) return { adjustable: false, reason: `${client} steers the system clock` };
  const synchronised = (readClock().status & statusUnsynchronised) === 0;
  if (synchronised && !seesWholeMachine()) {
    return { adjustable: false, reason: "the kernel says that something outside this container steers the clock" };
  }
  return { adjustable: true };
}

function hasSysTime(): boolean {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  return (BigInt(`0x${mask}`) & (1n << capSysTime)) !== 0n;
}
