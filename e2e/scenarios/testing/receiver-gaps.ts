import { parseLine } from "@ptp/ptp";

/**
 * An agent has asked and heard by then. Every release logs changes of ports at once and tells them to who subscribed, so rounds
 * by time do not count: 1 to 9 ms from ptp4l's line to the agent's, 17 to 29 ms where a link went down (ptp4l answers nothing
 * while it closes its sockets), on a busy machine 57 ms. Less than the interval of Sync (62 ms), so that only a turn that takes
 * no second Sync may go unseen.
 */
const heardWithinMs = 60;

/**
 * Whether a ptp4l turned from one port to another, and so soon each time that nobody need have asked meanwhile. `lines`: those of
 * an agent since it took time on one port.
 */
export function mayGoUnseen(lines: readonly string[]): boolean {
  const gapsMs = receiverGapsMs(lines);
  return gapsMs.length > 0 && gapsMs.every((gapMs) => gapMs < heardWithinMs);
}

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
