import type { DescMessage } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import { messagesOf, writeMessage, type BidiStream } from "./bidi-stream.ts";
import { methodDefinition, type BidiMethod } from "./method-definition.ts";
import { toWireError } from "./wire-error.ts";

/** The caller's side of a call. */
export interface CalledStream<I extends DescMessage, O extends DescMessage> extends BidiStream<O, I> {
  /** Says that nothing more will be written; the peer may still answer. */
  end(): void;
  /** Breaks the call off. */
  cancel(): void;
}

/** Calls a bidirectional method. `messages` throws WireError unless the call ends with status OK. */
export function callBidi<I extends DescMessage, O extends DescMessage>(
  client: grpc.Client,
  method: BidiMethod<I, O>,
  metadata: grpc.Metadata = new grpc.Metadata(),
): CalledStream<I, O> {
  const definition = methodDefinition(method);
  const call = client.makeBidiStreamRequest(
    definition.path,
    definition.requestSerialize,
    definition.responseDeserialize,
    metadata,
  );
  const controller = new AbortController();
  // Without a listener an error that comes before the first read would end the process.
  call.on("error", () => controller.abort());
  call.once("status", () => controller.abort());
  return {
    messages: withWireErrors(messagesOf<O>(call)),
    write: (message) => writeMessage(call, method.input, message, controller.signal),
    signal: controller.signal,
    end: () => void call.end(),
    cancel: () => call.cancel(),
  };
}

async function* withWireErrors<T>(messages: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    throw toWireError(error);
  }
}
