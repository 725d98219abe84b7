/** One value of an event. All values are text, numbers included. */
export interface PtpValue {
  /** What it is about, such as `/cluster/node/w1/ens1fx/master`. */
  readonly address: string;
  /** A state, or a number such as an offset in ns. */
  readonly kind: "notification" | "metric";
  readonly value: string;
}

/** What a producer tells, pushed or pulled. */
export interface PtpEvent {
  /** The same when an event is delivered again. */
  readonly id: string;
  /** Resource below the node, such as `/sync/ptp-status/lock-state`. */
  readonly source: string;
  /** RFC 3339, by the node's clock, which PTP may step: order is that of arrival. */
  readonly time: string;
  readonly values: readonly PtpValue[];
}

/** Reads an event strictly; undefined where it is none. */
export function readEvent(body: string): PtpEvent | undefined {
  return eventOf(parse(body));
}

/** Reads what an address means now: one event, or a list of them where it means several resources. Others are left out. */
export function readEvents(body: string): readonly PtpEvent[] {
  const document = parse(body);
  return (Array.isArray(document) ? document : [document]).flatMap((each) => eventOf(each) ?? []);
}

function eventOf(event: unknown): PtpEvent | undefined {
  if (!isObject(event)) return undefined;
  const { specversion, id, source, time, data } = event;
  if (specversion !== "1.0" || typeof id !== "string" || id === "") return undefined;
  if (typeof source !== "string" || typeof time !== "string" || Number.isNaN(Date.parse(time))) return undefined;
  const list = isObject(data) ? data["values"] : undefined;
  if (!Array.isArray(list)) return undefined;
  const values = list.map(readValue);
  return values.every((value) => value !== undefined) ? { id, source, time, values } : undefined;
}

/** Whether it says only that the node has no such clock. */
export function saysNothing({ values }: PtpEvent): boolean {
  return values.every(({ address }) => /\/(ptp-not-set|event-not-found)$/.test(address));
}

function readValue(value: unknown): PtpValue | undefined {
  if (!isObject(value)) return undefined;
  const { ResourceAddress: address, data_type: kind, value: text } = value;
  if (typeof address !== "string" || typeof text !== "string") return undefined;
  return kind === "notification" || kind === "metric" ? { address, kind, value: text } : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
