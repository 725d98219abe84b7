import { connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream";

/** A listener that leads connections on. */
export interface Relay extends AsyncDisposable {
  /** Connections since the start that reached a server. */
  readonly reached: () => number;
}

/** A TCP address, or the path of a socket. */
export type RelayPlace = { readonly host: string; readonly port: number } | { readonly path: string };

/** Plays a Service: each connection goes to the next of the servers that lets itself be reached; if none does, it ends. */
export async function startRelay(listenOn: RelayPlace, servers: readonly RelayPlace[]): Promise<Relay> {
  let reached = 0;
  let turn = 0;
  const open = new Set<Socket>();
  const lead = async (client: Socket): Promise<void> => {
    const first = turn++;
    for (let attempt = 0; attempt < servers.length; attempt++) {
      const place = servers[(first + attempt) % servers.length];
      const upstream = place === undefined ? undefined : await reach(place);
      if (upstream === undefined) continue;
      reached++;
      join(client, upstream);
      return;
    }
    client.destroy();
  };
  const server = createServer((client) => {
    open.add(client);
    client.on("error", () => client.destroy()).once("close", () => open.delete(client));
    void lead(client);
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(listenOn, resolve));
  return {
    reached: () => reached,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function reach(place: RelayPlace): Promise<Socket | undefined> {
  const socket = connect({ ...place, noDelay: true });
  const { promise, resolve } = Promise.withResolvers<Socket | undefined>();
  socket.once("connect", () => resolve(socket)).once("error", () => resolve(undefined));
  return promise;
}

/** The end of one side is the end of the other. */
function join(client: Socket, upstream: Socket): void {
  const end = (): void => {
    client.destroy();
    upstream.destroy();
  };
  client.setNoDelay(true);
  pipeline(client, upstream, client, end);
}
