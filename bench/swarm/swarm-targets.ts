import { credentials, Metadata } from "@grpc/grpc-js";
import type { SessionTarget } from "@ptp/wire";
import type { SwarmTarget } from "./swarm-message.ts";

/** Gives the target of a node's next attempt to connect. The credentials are made once for all nodes. */
export function targetsOf(target: SwarmTarget): (nodeName: string) => SessionTarget {
  if (target.kind === "socket")
    return (nodeName) => ({ address: `unix:${target.pattern.replace("{node}", nodeName)}` });
  const { addresses, tokens } = target;
  const trusting = credentials.createSsl(Buffer.from(target.ca));
  let attempts = 0;
  return (nodeName) => {
    const address = addresses[attempts++ % addresses.length] ?? "";
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${tokens[nodeName] ?? ""}`);
    return { address, credentials: trusting, metadata };
  };
}
