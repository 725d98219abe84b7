import { sleep } from "@ptp/kit";
import type { Ptp4lInstance } from "@ptp/plan";
import { parsePortIdentity, type EventSubscription, type ManagementResponse, type PortIdentity } from "@ptp/ptp";
import { attachedTo } from "../host/attached-port.ts";
import type { OpenDatagramPort } from "../host/datagram-port.ts";
import { createManagementClient, type ManagementClient } from "./management-client.ts";

/** What a subscription needs. */
export interface NewsSubscriptionOptions {
  readonly instance: Ptp4lInstance;
  /** Path of a socket of its own. */
  readonly path: string;
  readonly openPort: OpenDatagramPort;
  /** ptp4l told of a change: the rest is worth asking for at once. */
  readonly onNews: (news: ManagementResponse) => void;
}

/** A subscription to what one ptp4l tells without being asked, from creation to `stop`. */
export interface NewsSubscription {
  /** ptp4l answers, for the first time since its start or again: subscribe now. */
  begin(): void;
  /** Hands on what ptp4l has told already: all that it wrote before an answer that is here. */
  hearNow(): void;
  stop(): Promise<void>;
}

/**
 * What is subscribed to: changes, which are rare. Measurements (each Sync, each peer delay) are not: a ptp4l waits in its send
 * while nobody reads, so what a stopped agent can pile up must stay far below what its send buffer holds. `durationS` ends
 * a subscription that is not renewed, and with it the pile. See ADR 0005.
 */
export const newsWanted: EventSubscription = {
  durationS: 10,
  portState: true,
  timeSync: false,
  parentDataSet: true,
  cmlds: false,
};

/** Three attempts within a duration. */
const renewMs = 3_000;
/** A socket that could not be opened, or failed. */
const reopenMs = 5_000;
/** Renewals in a row: the socket may be what is wrong, such as one whose file is gone. Another one is tried at once, in time. */
const unansweredAtMost = 2;

/**
 * Who subscribes: ptp4l keeps one subscription by identity, so that one of a former agent is taken over. phc2sys and pmc
 * name themselves zeros and their process id.
 */
const subscriber: PortIdentity | undefined = parsePortIdentity("707470.6e65.777300-1");

/**
 * Creates a subscription. It has a socket of its own, attached to this ptp4l, which is not held up then by ours not being
 * read. Whether ptp4l takes the subscription is its own affair: rounds of questions go on, so one that refuses, or forgets,
 * costs latency and nothing else.
 */
export function createNewsSubscription(options: NewsSubscriptionOptions): NewsSubscription {
  const ended = new AbortController();
  let nap = new AbortController();
  let client: ManagementClient | undefined;
  const close = async (): Promise<void> => {
    const closing = client;
    client = undefined;
    // It receives no more even if its file stays: opening the next one finds that.
    await closing?.close().catch(() => undefined);
  };
  const fail = (): void => void close();
  let unanswered = 0;
  const renew = async (): Promise<number> => {
    const renewal = await renewed(async () => (client ??= await open(options, fail)), options);
    unanswered = renewal === "unanswered" ? unanswered + 1 : 0;
    if (unanswered < unansweredAtMost) return renewal === "failed" ? reopenMs : renewMs;
    unanswered = 0;
    await close();
    return 0;
  };
  const loop = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      nap = new AbortController();
      const delayMs = await renew();
      await sleep(delayMs, AbortSignal.any([ended.signal, nap.signal]));
    }
    await close();
  };
  let running: Promise<void> | undefined;
  return {
    begin: () => {
      if (running === undefined) running = loop();
      else nap.abort();
    },
    hearNow: () => client?.hearNow(),
    stop: async () => {
      ended.abort();
      await running;
    },
  };
}

/** What came of one more subscription; `failed`: there is no socket to ask with. */
type Renewal = "answered" | "unanswered" | "failed";

/** Subscribes once more. One that refuses has answered. */
async function renewed(
  opened: () => Promise<ManagementClient>,
  { instance }: NewsSubscriptionOptions,
): Promise<Renewal> {
  try {
    const { kind } = await (await opened()).set(instance, "SUBSCRIBE_EVENTS_NP", newsWanted);
    return kind === "timeout" || kind === "unreachable" ? "unanswered" : "answered";
  } catch {
    // The socket that asks has the same trouble, and tells of it.
    return "failed";
  }
}

function open({ path, openPort, onNews }: NewsSubscriptionOptions, onFailure: () => void): Promise<ManagementClient> {
  if (subscriber === undefined) throw new RangeError("the subscriber has no identity");
  return createManagementClient({
    path,
    openPort: attachedTo(openPort),
    sourcePortIdentity: subscriber,
    onNotification: (_, news) => onNews(news),
    onFailure,
  });
}
