import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import {
  AgentService,
  operatorServerOptions,
  serviceDefinition,
  SessionRequestSchema,
  SessionResponseSchema,
} from "@ptp/wire";
import { monotonicMs } from "../measure/monotonic.ts";
import type { BareAddress, BarePushReply, BarePushRequest } from "./bare-push-message.ts";

// The least a gRPC server can do: accepts sessions, and when told writes ready bytes to all of them. What agents send is
// taken and thrown away. It knows no objects, resolves nothing, keeps no state of nodes.

type Call = grpc.ServerDuplexStream<Buffer, Buffer>;

const callByNode = new Map<string, Call>();
const identity = (bytes: Buffer): Buffer => bytes;

function serve(call: Call): void {
  call.once("data", (first: Buffer) => greet(call, first));
  call.on("error", () => undefined);
}

function greet(call: Call, first: Buffer): void {
  const { message } = fromBinary(SessionRequestSchema, first);
  const nodeName = message.case === "hello" ? message.value.facts?.nodeName : undefined;
  if (nodeName === undefined) return void call.end();
  callByNode.set(nodeName, call);
  call.on("data", () => undefined);
  call.once("cancelled", () => void callByNode.delete(nodeName));
  const welcome = { protocol: 1, operatorVersion: "bare", nodeName };
  call.write(encode({ message: { case: "welcome", value: welcome } }));
}

function encode(message: Parameters<typeof create<typeof SessionResponseSchema>>[1]): Buffer {
  return Buffer.from(toBinary(SessionResponseSchema, create(SessionResponseSchema, message)));
}

async function listen(on: BareAddress): Promise<void> {
  const server = new grpc.Server(operatorServerOptions);
  const { session } = serviceDefinition(AgentService);
  if (session === undefined) throw new Error("the service has no method session");
  const raw = { ...session, requestDeserialize: identity, responseSerialize: identity };
  server.addService({ session: raw }, { session: serve });
  await new Promise<void>((resolve, reject) => {
    const address = on.kind === "socket" ? `unix:${on.path}` : on.address;
    server.bindAsync(address, credentialsOf(on), (error) => (error === null ? resolve() : reject(error)));
  });
  tell({ kind: "listening" });
}

function credentialsOf(on: BareAddress): grpc.ServerCredentials {
  if (on.kind === "socket") return grpc.ServerCredentials.createInsecure();
  const pair = { private_key: Buffer.from(on.key), cert_chain: Buffer.from(on.cert) };
  return grpc.ServerCredentials.createSsl(null, [pair]);
}

function push(frame: Uint8Array, ofNode: string): void {
  const frames = [...callByNode].map(([nodeName, call]) => ({ call, bytes: renamed(frame, ofNode, nodeName) }));
  const startedMs = monotonicMs();
  for (const { call, bytes } of frames) call.write(bytes);
  tell({ kind: "pushed", startedMs, streams: frames.length });
}

/** Names are of one length, so the frame of another node differs in these bytes alone. */
function renamed(frame: Uint8Array, from: string, to: string): Buffer {
  const bytes = Buffer.from(frame);
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at);
  return bytes;
}

function tell(reply: BarePushReply): void {
  process.send?.(reply);
}

process.on("message", (request: BarePushRequest) => {
  switch (request.kind) {
    case "listen":
      return void listen(request.on);
    case "push":
      return push(request.frame, request.nodeName);
  }
});
process.once("disconnect", () => process.exit());
