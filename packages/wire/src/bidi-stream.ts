import type { MessageInitShape, DescMessage, MessageShape } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import type { Duplex } from "node:stream";

/** One side of a bidirectional stream. */
export interface BidiStream<In extends DescMessage, Out extends DescMessage> {
  /**
   * What the peer sends, read only as fast as it is consumed. To be iterated once. Ends when the peer has said its last;
   * throws when the stream breaks.
   */
  readonly messages: AsyncIterable<MessageShape<In>>;
  /**
   * Writes a message, or the bytes of one. Resolves when it was taken by the transport and another may follow, or when the
   * call is over.
   */
  write(message: MessageInitShape<Out> | Uint8Array): Promise<void>;
  /** Aborted when the call is over for whatever reason, a regular end included. */
  readonly signal: AbortSignal;
}

/** What is used of a grpc-js call; its declared type is no `Duplex`, though it is one. */
interface CallStream {
  readonly writable: boolean;
  iterator: Duplex["iterator"];
  write(message: unknown): boolean;
  once(event: "drain", listener: () => void): unknown;
  off(event: "drain", listener: () => void): unknown;
}

/** Reads a grpc-js call without ending its other half when the reader stops. */
export function messagesOf<In extends DescMessage>(call: CallStream): AsyncIterable<MessageShape<In>> {
  return { [Symbol.asyncIterator]: () => call.iterator({ destroyOnReturn: false }) };
}

/** Writes one message and waits where the transport asks for it; a call that is over swallows it. */
export async function writeMessage<Out extends DescMessage>(
  call: CallStream,
  schema: Out,
  message: MessageInitShape<Out> | Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted || !call.writable) return;
  if (!call.write(message instanceof Uint8Array ? message : create(schema, message))) await drained(call, signal);
}

/** Who waits for a call waits together: listeners of their own would look like a leak. */
const waiting = new WeakMap<CallStream, Promise<void>>();

function drained(call: CallStream, signal: AbortSignal): Promise<void> {
  const known = waiting.get(call);
  if (known !== undefined) return known;
  const promise = new Promise<void>((resolve) => {
    const done = () => {
      call.off("drain", done);
      signal.removeEventListener("abort", done);
      waiting.delete(call);
      resolve();
    };
    call.once("drain", done);
    signal.addEventListener("abort", done, { once: true });
  });
  waiting.set(call, promise);
  return promise;
}
