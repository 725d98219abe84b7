import type { ManagementError, ManagementId, ManagementResponse } from "@ptp/ptp";

/** How a request ended: with answers, one of each port at most, in the order of the ports; or without. */
export type PendingAnswer =
  | { readonly kind: "answers"; readonly answers: readonly ManagementResponse[] }
  | { readonly kind: "error"; readonly error: ManagementError }
  | { readonly kind: "timeout" }
  | { readonly kind: "ended" };

/** What answers a request. */
export interface AwaitedAnswer {
  readonly socketPath: string;
  readonly id: ManagementId;
  /** Number of answers, or all that come without a pause. */
  readonly wanted: number | "all";
}

/** A request that was given its number. */
export interface PendingRequest {
  /** Tells it from every other open request. */
  readonly sequenceId: number;
  readonly answer: Promise<PendingAnswer>;
  /** It was answered, or ended otherwise. */
  readonly isOver: () => boolean;
  /** Waits no longer than this from now on; most answers are there before anybody would set a timer. */
  readonly expireAfter: (timeoutMs: number) => void;
  /** Gives up on it; does nothing once it ended. */
  readonly end: () => void;
}

/** Requests on their way, paired with answers by sender and sequence number. */
export interface PendingRequests {
  /** Opens a request; undefined if too many are open. */
  open(awaited: AwaitedAnswer): PendingRequest | undefined;
  /** Takes what came from `fromPath`; false if it answers no open request. */
  take(fromPath: string, message: ManagementResponse | ManagementError): boolean;
  endAll(): void;
}

/**
 * How long another port's answer may stay out. ptp4l hands over the answers of all its ports within one turn of its loop, so
 * microseconds would do unless it is preempted in between.
 */
const settleMs = 20;

interface Entry {
  readonly awaited: AwaitedAnswer;
  readonly answerByPort: Map<number, ManagementResponse>;
  readonly finish: (answer: PendingAnswer) => void;
  timeout: NodeJS.Timeout | undefined;
  settle: NodeJS.Timeout | undefined;
}

/** Creates an empty set that holds at most `maxPending` (far below 65536) requests. */
export function createPendingRequests(maxPending: number): PendingRequests {
  const entries = new Map<number, Entry>();
  let lastSequenceId = 0xffff;
  const nextSequenceId = (): number => {
    do lastSequenceId = (lastSequenceId + 1) & 0xffff;
    while (entries.has(lastSequenceId));
    return lastSequenceId;
  };
  return {
    open: (awaited) => (entries.size >= maxPending ? undefined : openEntry(entries, awaited, nextSequenceId())),
    take: (fromPath, message) => {
      const entry = entries.get(message.sequenceId);
      if (entry?.awaited.socketPath !== fromPath || entry.awaited.id !== message.id) return false;
      takeAnswer(entry, message);
      return true;
    },
    endAll: () => {
      for (const entry of entries.values()) entry.finish({ kind: "ended" });
    },
  };
}

function openEntry(entries: Map<number, Entry>, awaited: AwaitedAnswer, sequenceId: number): PendingRequest {
  const { promise, resolve } = Promise.withResolvers<PendingAnswer>();
  const finish = (answer: PendingAnswer): void => {
    clearTimeout(entry.timeout);
    clearTimeout(entry.settle);
    entries.delete(sequenceId);
    resolve(answer);
  };
  const entry: Entry = { awaited, answerByPort: new Map(), finish, timeout: undefined, settle: undefined };
  entries.set(sequenceId, entry);
  // A number is given anew after its request ended: an old handle must not end the new request.
  const isOver = (): boolean => entries.get(sequenceId) !== entry;
  return {
    sequenceId,
    answer: promise,
    isOver,
    expireAfter: (timeoutMs) => {
      if (!isOver()) entry.timeout ??= setTimeout(() => finish(collected(entry)), timeoutMs);
    },
    end: () => void (isOver() || finish({ kind: "ended" })),
  };
}

function takeAnswer(entry: Entry, message: ManagementResponse | ManagementError): void {
  if (message.kind === "error") {
    entry.finish({ kind: "error", error: message });
    return;
  }
  const { answerByPort, awaited } = entry;
  answerByPort.set(message.portIdentity.portNumber, message);
  if (awaited.wanted === "all") {
    clearTimeout(entry.settle);
    entry.settle = setTimeout(() => entry.finish(collected(entry)), settleMs);
  } else if (answerByPort.size >= awaited.wanted) {
    entry.finish(collected(entry));
  }
}

/** What came so far, in the order of the ports: ptp4l answers in any. */
function collected({ answerByPort }: Entry): PendingAnswer {
  if (answerByPort.size === 0) return { kind: "timeout" };
  const answers = [...answerByPort.values()].sort((a, b) => a.portIdentity.portNumber - b.portIdentity.portNumber);
  return { kind: "answers", answers };
}
