import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";

/**
 * Finds TCP ports of 127.0.0.1 that nobody listens on, below those the kernel gives to outgoing connections: such a port
 * could be taken while a server that is to come back on it is down, even by a client's own attempts to reach that server.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers: Server[] = [];
  try {
    while (servers.length < count) servers.push(await listenSomewhere());
    return servers.map(portOf);
  } finally {
    for (const server of servers) server.close();
  }
}

const lowest = 10_000;

async function listenSomewhere(): Promise<Server> {
  const firstOutgoing = Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s/)[0]);
  // A machine whose outgoing ports begin lower still gets a free one, only without that safety.
  const end = Math.max(firstOutgoing, lowest + 10_000);
  for (let attempt = 0; attempt < 100; attempt++) {
    const server = await listen(randomInt(lowest, end));
    if (server !== undefined) return server;
  }
  throw new Error(`found no free TCP port on 127.0.0.1 between ${lowest} and ${end}`);
}

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<Server | undefined>();
  server.once("error", () => resolve(undefined));
  server.listen(port, "127.0.0.1", () => resolve(server));
  return promise;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server without a port");
  return address.port;
}
