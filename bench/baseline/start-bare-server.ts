import { create, toBinary } from "@bufbuild/protobuf";
import type { IssuedConfig } from "@ptp/node";
import { SessionResponseSchema, toWireNodeConfig } from "@ptp/wire";
import { fork } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { BareAddress, BarePushReply, BarePushRequest } from "./bare-push-message.ts";

/** The floor to compare an operator with: the same transport without anything behind it. */
export interface BareServer extends AsyncDisposable {
  readonly pid: number;
  /** Sends each of so many connected agents the config, in the name of its own node; returns when the first write began. */
  push(issued: IssuedConfig, streams: number): Promise<number>;
}

/** Starts the server in a process of its own. */
export async function startBareServer(on: BareAddress): Promise<BareServer> {
  const child = fork(join(import.meta.dirname, "bare-push-process.ts"), { serialization: "advanced" });
  const exited = once(child, "exit").then(() => undefined);
  const ask = async (request: BarePushRequest): Promise<BarePushReply> => {
    child.send(request);
    const reply = await Promise.race([once(child, "message"), exited]);
    if (reply === undefined) throw new Error(`the bare server ended while it was asked to ${request.kind}`);
    return reply[0] as BarePushReply;
  };
  await ask({ kind: "listen", on });
  if (child.pid === undefined) throw new Error("the bare server did not start");
  return {
    pid: child.pid,
    push: async (issued, streams) => {
      const reply = await ask({ kind: "push", frame: configFrame(issued), nodeName: issued.config.nodeName });
      if (reply.kind !== "pushed") throw new Error(`the bare server answered ${reply.kind}`);
      if (reply.streams !== streams) throw new Error(`bare push to ${reply.streams} of ${streams} agents`);
      return reply.startedMs;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await exited;
      // Killed, it leaves its socket behind.
      if (on.kind === "socket") await rm(on.path, { force: true });
    },
  };
}

/** What an operator writes to a stream for this config. */
export function configFrame(issued: IssuedConfig): Uint8Array {
  const message = { message: { case: "config" as const, value: toWireNodeConfig(issued) } };
  return toBinary(SessionResponseSchema, create(SessionResponseSchema, message));
}
