import type { NodeProfile } from "@ptp/node";
import { safeServo } from "../../../tools/lab/safe-servo.ts";
import { fastClock } from "../../testing/fast-clock.ts";
import { quickThreshold } from "./scenario.ts";

/**
 * Quick, but not so quick that a busy machine, which stops all clocks for a second, looks like a loss: 1.5 s. It has to be less
 * than the 2 s without Sync after which an agent doubts a port that is SLAVE.
 */
const quickClock: readonly string[] = [...fastClock, "announceReceiptTimeout 12"];

/** What can be said about a profile of a scenario. */
export interface ProfileWords {
  /** Default `clock`. */
  readonly name?: string;
  /** Lines of `[global]` beside those of every quick and safe clock; later ones win. */
  readonly lines?: readonly string[];
  /** Sections in order: `[up0]`, each with its lines. */
  readonly ports: readonly (readonly string[])[];
  readonly holdOverTimeoutS?: number;
  /** Default `-2`. */
  readonly opts?: string;
}

/** A profile that takes time, quickly and without harm to the machine's clock. */
export function profileOf({
  name = "clock",
  lines = [],
  ports,
  holdOverTimeoutS,
  opts = "-2",
}: ProfileWords): NodeProfile {
  const text = ["[global]", ...merged([...quickClock, ...safeServo, ...lines]), ...ports.flat(), ""].join("\n");
  return {
    name,
    ptp4lOpts: opts,
    ptp4lConf: text,
    ptpClockThreshold: { ...quickThreshold, ...(holdOverTimeoutS && { holdOverTimeout: holdOverTimeoutS }) },
  };
}

/** Configuration of a grandmaster that tells the machine's own time and cannot move the clock. */
export function sourceConf(lines: readonly string[], ports: readonly string[]): readonly string[] {
  const own = ["free_running 1", "clockClass 6", "clockAccuracy 0x21", "offsetScaledLogVariance 0x4e5d"];
  return ["[global]", ...merged([...quickClock, "network_transport L2", ...own, ...lines]), ...ports, ""];
}

/** A later line of an option takes the place of an earlier one: ptp4l and lint say it once. */
function merged(lines: readonly string[]): readonly string[] {
  return [...new Map(lines.map((line) => [line.split(/\s/)[0], line])).values()];
}
