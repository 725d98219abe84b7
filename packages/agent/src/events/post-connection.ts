import { connect as connectTcp, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** Where a request goes. */
export interface PostTarget {
  readonly isTls: boolean;
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly lookup: LookupFunction;
  /** PEM of authorities of now, instead of those that Node knows. */
  readonly ca?: () => string;
}

/** How an exchange ended. */
export type Exchange =
  | { readonly kind: "answered"; readonly status: number }
  /** `wasStale`: the other end had closed a connection that was used before. */
  | { readonly kind: "failed"; readonly detail: string; readonly wasStale: boolean };

/** Sends requests over kept connections. Node's own client costs several times the processor time per request. */
export interface PostConnections {
  /** Sends complete bytes of a request and reads the head of its answer; settles within the timeout, never rejects. */
  exchange(target: PostTarget, request: string, timeoutMs: number): Promise<Exchange>;
  close(): void;
}

/** An answer's head is no longer; its body is not read, since only 204 without any is a success. */
const maxHeadBytes = 16_384;

const idleMs = 60_000;
const maxIdlePerTarget = 256;

interface Connection {
  readonly socket: Socket;
  readonly key: string;
  wasUsed: boolean;
  head: string;
  settle: ((exchange: Exchange) => void) | undefined;
}

/** Creates an empty pool. */
export function createPostConnections(): PostConnections {
  const idle = new Map<string, Connection[]>();
  const forget = (connection: Connection): void => {
    const left = (idle.get(connection.key) ?? []).filter((each) => each !== connection);
    if (left.length > 0) idle.set(connection.key, left);
    else idle.delete(connection.key);
  };
  const keep = (connection: Connection): void => {
    const others = idle.get(connection.key) ?? [];
    if (others.length >= maxIdlePerTarget) return void connection.socket.destroy();
    others.push(connection);
    idle.set(connection.key, others);
  };
  return {
    exchange: (target, request, timeoutMs) => {
      const key = `${target.isTls} ${target.host} ${target.port}`;
      const connection = idle.get(key)?.pop() ?? opened(target, { key, keep, forget });
      return send(connection, request, timeoutMs);
    },
    close: () => {
      for (const { socket } of [...idle.values()].flat()) socket.destroy();
    },
  };
}

interface Pool {
  readonly key: string;
  readonly keep: (connection: Connection) => void;
  readonly forget: (connection: Connection) => void;
}

function opened({ isTls, host, port, lookup, ca }: PostTarget, { key, keep, forget }: Pool): Connection {
  const place = { host, port, lookup };
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = isTls
    ? connectTls({ ...place, ...name, minVersion: "TLSv1.2", ...(ca !== undefined && { ca: ca() }) })
    : connectTcp(place);
  const connection: Connection = { socket, key, wasUsed: false, head: "", settle: undefined };
  socket.setNoDelay(true);
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on("data", (chunk: Buffer) => hear(connection, chunk.toString("latin1"), keep));
  socket.on("error", (error: NodeJS.ErrnoException) => fail(connection, error.message || (error.code ?? "lost")));
  socket.on("close", () => {
    forget(connection);
    fail(connection, "the connection was closed without an answer");
  });
  return connection;
}

function send(connection: Connection, request: string, timeoutMs: number): Promise<Exchange> {
  const { socket } = connection;
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      fail(connection, `no answer within ${Math.round(timeoutMs)} ms`);
      socket.destroy();
    }, timeoutMs);
    connection.head = "";
    connection.settle = (exchange) => {
      clearTimeout(timer);
      connection.settle = undefined;
      resolve(exchange);
    };
    socket.write(request);
  });
}

function hear(connection: Connection, text: string, keep: (connection: Connection) => void): void {
  const { socket, settle } = connection;
  connection.head += text;
  const end = connection.head.indexOf("\r\n\r\n");
  if (settle === undefined || connection.head.length > maxHeadBytes) return void socket.destroy();
  if (end < 0) return;
  const head = connection.head.slice(0, end);
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(head)?.[1]);
  if (!Number.isInteger(status)) return void socket.destroy();
  const rest = connection.head.slice(end + 4);
  connection.head = "";
  // An interim answer: the one that counts follows.
  if (status < 200) return rest === "" ? undefined : hear(connection, rest, keep);
  settle({ kind: "answered", status });
  const mayStay = status === 204 && rest === "" && head.startsWith("HTTP/1.1") && !/^connection: *close/im.test(head);
  connection.wasUsed = true;
  if (mayStay) keep(connection);
  else socket.destroy();
}

function fail(connection: Connection, detail: string): void {
  const wasStale = connection.wasUsed && connection.head === "" && !detail.startsWith("no answer");
  connection.settle?.({ kind: "failed", detail, wasStale });
}
