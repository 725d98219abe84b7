import { parseLine } from "@ptp/ptp";

/**
 * How long a ptp4l that took time on one port had none that does, by its own log, each time that it found one again; in
 * milliseconds. `lines`: those of an agent since then.
 */
export function receiverGapsMs(lines: readonly string[]): readonly number[] {
  const gapsMs: number[] = [];
  let receivers = 1;
  let lostAtS = 0;
  for (const line of lines) {
    const told = parseLine("ptp4l", line);
    if (told?.kind !== "port-state" || told.uptimeS === undefined) continue;
    if (told.from === "TIME_RECEIVER") {
      receivers -= 1;
      lostAtS = told.uptimeS;
    }
    if (told.to !== "TIME_RECEIVER") continue;
    if (receivers === 0) gapsMs.push(Math.round((told.uptimeS - lostAtS) * 1_000));
    receivers += 1;
  }
  return gapsMs;
}
