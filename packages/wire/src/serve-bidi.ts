import type { DescMessage } from "@bufbuild/protobuf";
import type * as grpc from "@grpc/grpc-js";
import { messagesOf, writeMessage, type BidiStream } from "./bidi-stream.ts";
import { serviceDefinition, type BidiMethod } from "./method-definition.ts";
import { toWireError } from "./wire-error.ts";

/** Missing from the exports of grpc-js. */
type AuthContext = ReturnType<grpc.ServerDuplexStream<unknown, unknown>["getAuthContext"]>;

/** The server's side of a call. */
export interface ServedStream<I extends DescMessage, O extends DescMessage> extends BidiStream<I, O> {
  readonly metadata: grpc.Metadata;
  /** Facts of the connection that the transport has proven, such as the peer's certificate. */
  authContext(): AuthContext;
}

/** Serves one call: the stream ends when the promise does, with OK or with the status of what it throws. */
export type BidiHandler<I extends DescMessage, O extends DescMessage> = (stream: ServedStream<I, O>) => Promise<void>;

/** Adds a service whose only method is `method` to a server. */
export function serveBidi<I extends DescMessage, O extends DescMessage>(
  server: grpc.Server,
  method: BidiMethod<I, O>,
  handler: BidiHandler<I, O>,
): void {
  const handle = (call: grpc.ServerDuplexStream<unknown, unknown>) => void serveCall(call, method, handler);
  server.addService(serviceDefinition(method.parent), { [method.localName]: handle });
}

async function serveCall<I extends DescMessage, O extends DescMessage>(
  call: grpc.ServerDuplexStream<unknown, unknown>,
  method: BidiMethod<I, O>,
  handler: BidiHandler<I, O>,
): Promise<void> {
  const controller = new AbortController();
  // grpc-js fires this on every end of a call, not only when the peer gives up.
  call.once("cancelled", () => controller.abort());
  const { signal } = controller;
  try {
    await handler({
      messages: messagesOf(call),
      write: (message) => writeMessage(call, method.output, message, signal),
      signal,
      metadata: call.metadata,
      authContext: () => call.getAuthContext(),
    });
    call.end();
  } catch (error) {
    const { code, message } = toWireError(error);
    if (!signal.aborted) call.emit("error", { code, details: message });
  } finally {
    // What the peer still sends has no reader any more; keep it from standing in the buffers.
    call.resume();
  }
}
