import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** How an event is answered: a status, not at all, or by an end of the connection. */
export type ConsumerAnswer = number | "hang" | "cut";

/** Takes one event at `path`; its body as text. */
export type TakeEvent = (path: string, body: string) => ConsumerAnswer;

/** A consumer that costs the machine little: what is measured is who sends, not Node's HTTP server. */
export interface RawConsumer extends AsyncDisposable {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts a consumer on the loopback. */
export async function startRawConsumer(take: TakeEvent): Promise<RawConsumer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    let held = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      held += chunk;
      for (let request = readRequest(held); request !== undefined; request = readRequest(held)) {
        held = held.slice(request.end);
        answer(socket, take(request.path, request.body));
      }
    });
  });
  server.listen(0, "127.0.0.1", 1_024);
  await once(server, "listening");
  const address = server.address();
  const close = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  let closing: Promise<void> | undefined;
  const closeOnce = () => (closing ??= close());
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

interface Request {
  readonly path: string;
  readonly body: string;
  /** Where the next one begins. */
  readonly end: number;
}

function readRequest(text: string): Request | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd);
  const end = headEnd + 4 + Number(/\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (text.length < end) return undefined;
  return { path: head.split(" ", 2)[1] ?? "", body: text.slice(headEnd + 4, end), end };
}

function answer(socket: Socket, how: ConsumerAnswer): void {
  if (how === "hang") return;
  if (how === "cut") return void socket.destroy();
  const length = how === 204 ? "" : "Content-Length: 0\r\n";
  socket.write(`HTTP/1.1 ${how} x\r\n${length}\r\n`);
}
