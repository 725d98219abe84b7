import { create, toBinary } from "@bufbuild/protobuf";
import type { IssuedConfig } from "@ptp/node";
import { SessionResponseSchema, toWireNodeConfig } from "@ptp/wire";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { BarePushReply, BarePushRequest } from "./bare-push-message.ts";

/** The floor to compare an operator with: the same transport without anything behind it. */
export interface BareServer extends AsyncDisposable {
  readonly pid: number;
  /** Sends each connected agent the config, in the name of its own node; returns when the first write began. */
  push(issued: IssuedConfig): Promise<{ readonly startedMs: number; readonly streams: number }>;
}

/** Starts the server in a process of its own. */
export async function startBareServer(socketPath: string): Promise<BareServer> {
  const child = fork(join(import.meta.dirname, "bare-push-process.ts"), { serialization: "advanced" });
  const ask = async (request: BarePushRequest): Promise<BarePushReply> => {
    child.send(request);
    const [reply] = (await once(child, "message")) as [BarePushReply];
    return reply;
  };
  await ask({ kind: "listen", path: socketPath });
  if (child.pid === undefined) throw new Error("the bare server did not start");
  return {
    pid: child.pid,
    push: async (issued) => {
      const reply = await ask({ kind: "push", frame: configFrame(issued), nodeName: issued.config.nodeName });
      if (reply.kind !== "pushed") throw new Error(`the bare server answered ${reply.kind}`);
      return reply;
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** What an operator writes to a stream for this config. */
export function configFrame(issued: IssuedConfig): Uint8Array {
  const message = { message: { case: "config" as const, value: toWireNodeConfig(issued) } };
  return toBinary(SessionResponseSchema, create(SessionResponseSchema, message));
}
