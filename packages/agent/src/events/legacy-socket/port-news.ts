import type { PortState, PortStateChange } from "@ptp/ptp";

/** What a change of a port means for the clock behind it. */
export interface PortNews {
  /** Undefined: the role stays. */
  readonly role?: PortRole;
  /** The clock has lost its time, if this port gave it. */
  readonly losesTime: boolean;
}

/** Roles as far as they matter here. */
export type PortRole = "receiver" | "other";

const toReceiver = change(["UNCALIBRATED", "LISTENING"], ["TIME_RECEIVER"]);
const toPassive = change(["UNCALIBRATED", "TIME_TRANSMITTER", "TIME_RECEIVER", "LISTENING"], ["PASSIVE"]);
const toTransmitter = change(["UNCALIBRATED", "LISTENING"], ["TIME_TRANSMITTER"]);
const toFault = change(["TIME_RECEIVER"], ["UNCALIBRATED"]);
const toSelected = change(["TIME_TRANSMITTER", "LISTENING"], ["UNCALIBRATED"]);
const away = change(["TIME_RECEIVER"], ["TIME_TRANSMITTER", "GRANDMASTER", "LISTENING"]);
const toListening = change(["FAULTY", "UNCALIBRATED", "INITIALIZING"], ["LISTENING"]);

/** Reads a change of a port; the first rule that fits stands. */
export function portNews(news: PortStateChange): PortNews {
  const isFault = news.event === "FAULT_DETECTED" || news.event === "SYNCHRONIZATION_FAULT";
  if (toReceiver(news)) return { role: "receiver", losesTime: false };
  if (toPassive(news) || toTransmitter(news)) return { role: "other", losesTime: false };
  if (isFault || toFault(news) || (news.event === "RS_SLAVE" && toSelected(news)) || away(news))
    return { role: "other", losesTime: true };
  return toListening(news) ? { role: "other", losesTime: false } : { losesTime: false };
}

function change(from: readonly PortState[], to: readonly PortState[]): (news: PortStateChange) => boolean {
  return (news) => from.includes(news.from) && to.includes(news.to);
}
