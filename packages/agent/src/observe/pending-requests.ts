import type { ManagementError, ManagementId, ManagementResponse } from "@ptp/ptp";

/** How a request ended: with answers, one of each port at most, in the order of the ports; or without. */
export type PendingAnswer =
  | { readonly kind: "answers"; readonly answers: readonly ManagementResponse[] }
  | { readonly kind: "error"; readonly error: ManagementError }
  | { readonly kind: "timeout" }
  | { readonly kind: "ended" };

/** What answers a request, and how long it is waited for. */
export interface AwaitedAnswer {
  readonly socketPath: string;
  readonly id: ManagementId;
  /** Number of answers, or all that come without a pause. */
  readonly wanted: number | "all";
  readonly timeoutMs: number;
}

/** A request that was given its number. */
export interface PendingRequest {
  /** Tells it from every other open request. */
  readonly sequenceId: number;
  readonly answer: Promise<PendingAnswer>;
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
    open: (awaited) => {
      if (entries.size >= maxPending) return undefined;
      const sequenceId = nextSequenceId();
      const { promise, resolve } = Promise.withResolvers<PendingAnswer>();
      const answerByPort = new Map<number, ManagementResponse>();
      const timeout = setTimeout(() => entry.finish(collected(entry)), awaited.timeoutMs);
      const finish = (answer: PendingAnswer): void => {
        clearTimeout(timeout);
        clearTimeout(entry.settle);
        entries.delete(sequenceId);
        resolve(answer);
      };
      const entry: Entry = { awaited, answerByPort, finish, settle: undefined };
      entries.set(sequenceId, entry);
      return { sequenceId, answer: promise, end: () => finishIfOpen(entries, sequenceId, entry) };
    },
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

/** A number is given anew after its request ended: an old handle must not end the new request. */
function finishIfOpen(entries: ReadonlyMap<number, Entry>, sequenceId: number, entry: Entry): void {
  if (entries.get(sequenceId) === entry) entry.finish({ kind: "ended" });
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
