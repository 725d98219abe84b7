import type { DescMessage, DescMethod, DescMethodBiDiStreaming, DescService, MessageShape } from "@bufbuild/protobuf";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type * as grpc from "@grpc/grpc-js";

/** A bidirectional method of a generated service descriptor, with the schemas of both directions. */
export type BidiMethod<
  I extends DescMessage = DescMessage,
  O extends DescMessage = DescMessage,
> = DescMethodBiDiStreaming<I, O>;

type AnyMessage = MessageShape<DescMessage>;

/** Translates a method descriptor into the structure grpc-js serves and calls. */
export function methodDefinition(method: DescMethod): grpc.MethodDefinition<AnyMessage, AnyMessage> {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestSerialize: serializer(method.input),
    requestDeserialize: deserializer(method.input),
    responseSerialize: serializer(method.output),
    responseDeserialize: deserializer(method.output),
    originalName: method.localName,
  };
}

/** Translates a service descriptor into what `grpc.Server.addService` reads. */
export function serviceDefinition(service: DescService): grpc.ServiceDefinition {
  return Object.fromEntries(service.methods.map((method) => [method.localName, methodDefinition(method)]));
}

/** Passes on what is encoded already. */
function serializer(schema: DescMessage) {
  return (value: AnyMessage | Uint8Array): Buffer => {
    const bytes = value instanceof Uint8Array ? value : toBinary(schema, value);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}

function deserializer(schema: DescMessage) {
  return (bytes: Buffer): AnyMessage => fromBinary(schema, bytes);
}
