import { sleep } from "@ptp/kit";
import {
  decodeMessage,
  managementTable,
  noSuchId,
  type CommandId,
  type ManagementBodies,
  type ManagementError,
  type ManagementId,
  type ManagementResponse,
  type PortIdentity,
  type SettableId,
} from "@ptp/ptp";
import type { DatagramError, DatagramPort, OpenDatagramPort } from "../host/datagram-port.ts";
import {
  createPendingRequests,
  type PendingAnswer,
  type PendingRequest,
  type PendingRequests,
} from "./pending-requests.ts";
import { createRequestDatagrams, type ManagementQuestion, type RequestDatagrams } from "./request-datagrams.ts";

/** One answer: the clock's, or one port's. */
export interface ManagementReply<K extends ManagementId> {
  /** Who answered; port number 0 is the clock itself. */
  readonly portIdentity: PortIdentity;
  readonly body: ManagementBodies[K];
}

/**
 * How a request ended. `unsupported`: this ptp4l does not know the TLV. `refused`: it knows it and says no, as its read-only
 * socket does to SET. `unreachable`: nobody reads the socket. `timeout`: no answer, such as of a wrong domain. `busy`: too
 * many requests are open. `ended`: aborted by the caller or by `close`.
 */
export type ManagementOutcome<K extends ManagementId> =
  | { readonly kind: "replies"; readonly replies: readonly ManagementReply<K>[] }
  | { readonly kind: "unsupported" }
  | { readonly kind: "refused"; readonly error: ManagementError }
  | { readonly kind: "unreachable"; readonly error: DatagramError }
  | { readonly kind: "timeout" }
  | { readonly kind: "busy" }
  | { readonly kind: "ended" };

/** The clock asked: ptp4l's management socket and its domain, which must be right or it stays silent. */
export interface ManagementTarget {
  readonly socketPath: string;
  readonly domainNumber: number;
}

/** Limits of one request. */
export interface RequestOptions {
  /**
   * Answers to wait for. Default 1; of data sets that every port answers for itself, all that come until 20 ms pass
   * without another. Give the number of ports where it is known: it saves the pause. Fewer at the timeout are returned.
   */
  readonly replies?: number;
  /**
   * Asks this port alone. ptp4l stands still while an answer finds no room in our queue, and the queue holds few datagrams
   * (net.unix.max_dgram_qlen, often 10): ask the ports of a clock with more than eight one after the other.
   */
  readonly portNumber?: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Speaks IEEE 1588 management with any number of ptp4l instances over one socket. Polling is kind to timing; a subscription
 * to `timeSync` is not: an agent that is stopped or starved then stops ptp4l 4.x too, within a second (tested with SIGSTOP).
 */
export interface ManagementClient {
  get<K extends ManagementId>(target: ManagementTarget, id: K, options?: RequestOptions): Promise<ManagementOutcome<K>>;
  /** Writes `data`; the reply holds what the clock took. */
  set<K extends SettableId>(
    target: ManagementTarget,
    id: K,
    data: ManagementBodies[K],
    options?: RequestOptions,
  ): Promise<ManagementOutcome<K>>;
  /** Has a port do something; `portNumber` is needed. No release of linuxptp up to 4.4 does: it refuses. */
  command<K extends CommandId>(
    target: ManagementTarget,
    id: K,
    options: RequestOptions & { readonly portNumber: number },
  ): Promise<ManagementOutcome<K>>;
  /** Takes what has come already, before the event loop would. */
  hearNow(): void;
  /** Ends all open requests and the socket. */
  close(): Promise<void>;
}

/** What a client needs. */
export interface ManagementClientOptions {
  /** Path of the client's own socket; ptp4l must see the same file there. */
  readonly path: string;
  readonly openPort: OpenDatagramPort;
  /** Who asks; any identity that is not a clock's own, such as zeros and the process id's low 16 bits. */
  readonly sourcePortIdentity: PortIdentity;
  /**
   * Takes what ptp4l tells without being asked, after SET SUBSCRIBE_EVENTS_NP, and answers that come too late;
   * `socketPath` is the instance's.
   */
  readonly onNotification?: (socketPath: string, message: ManagementResponse) => void;
  /** Takes what cannot be understood: for the log, at a low level. */
  readonly onMalformed?: (socketPath: string, reason: string) => void;
  /** The socket can receive no more: close this client and create another. */
  readonly onFailure: (error: DatagramError) => void;
  /** Open requests at most; further ones are `busy`. */
  readonly maxPending?: number;
}

const defaultTimeoutMs = 500;
const defaultMaxPending = 256;
const fullQueuePauseMs = 2;
/** More than can have piled up of what ptp4l tells unasked. */
const hearAtMost = 512;
/** A ptp4l at rest answers within 20 µs; the event loop is not kept from anything for longer than this. */
const promptUs = 500;

/** Opens the client's socket. Rejects with a DatagramError if that fails; nothing later throws. */
export async function createManagementClient(options: ManagementClientOptions): Promise<ManagementClient> {
  const pending = createPendingRequests(options.maxPending ?? defaultMaxPending);
  const port = await options.openPort({
    path: options.path,
    onDatagram: (bytes, fromPath) => receive(options, pending, bytes, fromPath),
    onFailure: (error) => {
      pending.endAll();
      options.onFailure(error);
    },
  });
  const ask = { port, pending, datagrams: createRequestDatagrams(options.sourcePortIdentity) };
  return {
    get: (target, id, limits = {}) => request(ask, { action: "GET", id, ...target }, limits),
    set: (target, id, data, limits = {}) => request(ask, { action: "SET", id, data, ...target }, limits),
    command: (target, id, limits) => request(ask, { action: "COMMAND", id, data: {}, ...target }, limits),
    hearNow: () => {
      for (let left = hearAtMost; left > 0 && port.receiveWithin(0); left -= 1);
    },
    close: async () => {
      pending.endAll();
      await port.close();
    },
  };
}

interface Asker {
  readonly port: DatagramPort;
  readonly pending: PendingRequests;
  readonly datagrams: RequestDatagrams;
}

async function request<K extends ManagementId>(
  { port, pending, datagrams }: Asker,
  question: ManagementQuestion<K> & ManagementTarget,
  { replies, portNumber, timeoutMs = defaultTimeoutMs, signal }: RequestOptions,
): Promise<ManagementOutcome<K>> {
  const { socketPath, id } = question;
  if (signal?.aborted === true) return { kind: "ended" };
  const wanted = replies ?? (managementTable[id].perPort && portNumber === undefined ? "all" : 1);
  const opened = pending.open({ socketPath, id, wanted });
  if (opened === undefined) return { kind: "busy" };
  const { end, answer } = opened;
  signal?.addEventListener("abort", end);
  try {
    const bytes = datagrams.of({ ...question, portNumber }, opened.sequenceId);
    const refusal = port.sendTo(bytes, socketPath);
    const error = refusal && (await sendLater(port, { bytes, socketPath, refusal }, opened, timeoutMs));
    if (error !== undefined) return { kind: "unreachable", error };
    // Those who ask together send first, all of them: the later answers are made while the first is waited for.
    await Promise.resolve();
    receivePrompt(port, opened, wanted);
    opened.expireAfter(timeoutMs);
    return toOutcome<K>(await answer);
  } finally {
    end();
    signal?.removeEventListener("abort", end);
  }
}

/** A ptp4l at rest answers at once, each port after the other. */
function receivePrompt(port: DatagramPort, { isOver }: PendingRequest, wanted: number | "all"): void {
  for (let left = wanted === "all" ? 1 : wanted; left > 0 && !isOver(); left -= 1) {
    if (!port.receiveWithin(promptUs)) return;
  }
}

/** A socket's queue holds few datagrams (net.unix.max_dgram_qlen, often 10): tries until there is room or it is too late. */
async function sendLater(
  port: DatagramPort,
  datagram: { readonly bytes: Uint8Array; readonly socketPath: string; readonly refusal: DatagramError | undefined },
  { answer, expireAfter }: PendingRequest,
  timeoutMs: number,
): Promise<DatagramError | undefined> {
  // The bytes are another question's meanwhile.
  const bytes = Uint8Array.from(datagram.bytes);
  expireAfter(timeoutMs);
  let { refusal } = datagram;
  while (refusal?.code === "EAGAIN") {
    if ((await Promise.race([answer, sleep(fullQueuePauseMs)])) !== undefined) break;
    refusal = port.sendTo(bytes, datagram.socketPath);
  }
  return refusal;
}

/** `take` has checked that every answer bears the id that was asked for. */
function toOutcome<K extends ManagementId>(answer: PendingAnswer): ManagementOutcome<K> {
  switch (answer.kind) {
    case "answers":
      return {
        kind: "replies",
        replies: answer.answers.map(({ portIdentity, body }) => toReply<K>(portIdentity, body)),
      };
    case "error":
      return answer.error.errorId === noSuchId ? { kind: "unsupported" } : { kind: "refused", error: answer.error };
    case "timeout":
    case "ended":
      return answer;
  }
}

function toReply<K extends ManagementId>(portIdentity: PortIdentity, body: unknown): ManagementReply<K> {
  return { portIdentity, body: body as ManagementBodies[K] };
}

function receive(
  options: ManagementClientOptions,
  pending: PendingRequests,
  bytes: Uint8Array,
  fromPath: string,
): void {
  const message = decodeMessage(bytes);
  switch (message.kind) {
    case "response":
      if (!pending.take(fromPath, message)) options.onNotification?.(fromPath, message);
      return;
    case "error":
      pending.take(fromPath, message);
      return;
    case "malformed":
      options.onMalformed?.(fromPath, message.reason);
      return;
    case "unknown":
    case "request":
      return;
  }
}
