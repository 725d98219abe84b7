import { rmSync } from "node:fs";
import { chmod, lstat, unlink } from "node:fs/promises";
import { errnoCode, messageOf } from "@ptp/kit";
import { loadDatagramCalls, type DatagramCalls } from "./datagram-calls.ts";
import { DatagramError, type DatagramOptions, type DatagramPort } from "./datagram-port.ts";

/** Datagrams taken per turn of the event loop, so that a flood starves nobody. */
const batchSize = 64;

/**
 * Opens a datagram socket on Linux. koffi is loaded here and not before, so that an agent without it runs; then this
 * rejects with ENOSYS and says what is off. The event loop watches the socket: no thread, and it keeps no process alive.
 */
export async function openLinuxDatagramPort(options: DatagramOptions): Promise<DatagramPort> {
  const { path } = options;
  const calls = await loadCalls(path);
  await removeStale(calls, path);
  const socket: OpenSocket = { fd: await bindSocket(calls, path), open: true };
  const receive = (atMost: number): void => {
    const failure = receiveBatch({ calls, socket, options }, atMost);
    if (failure === undefined) return;
    end();
    options.onFailure(failure);
  };
  const endWatch = calls.watch(socket.fd, () => receive(batchSize));
  const end = (): void => {
    if (!socket.open) return;
    socket.open = false;
    process.off("exit", endAtExit);
    endWatch();
    calls.close(socket.fd);
  };
  const endAtExit = (): void => {
    end();
    rmSync(path, { force: true });
  };
  process.once("exit", endAtExit);
  return {
    sendTo: (bytes, to) => (socket.open ? calls.send(socket.fd, bytes, to) : closedError("sendto", to)),
    attach: (to) => (socket.open ? calls.connect(socket.fd, to) : closedError("connect", to)),
    receiveWithin: (limitUs) => {
      const isReadable = socket.open && calls.waitReadable(socket.fd, limitUs);
      if (isReadable) receive(1);
      return isReadable;
    },
    close: async () => {
      if (!socket.open) return;
      end();
      await unlink(path).catch(ignoreAbsent);
    },
  };
}

function closedError(syscall: string, path: string): DatagramError {
  return new DatagramError({ code: "EBADF", errno: 0, syscall, path }, "this port is closed");
}

interface OpenSocket {
  readonly fd: number;
  open: boolean;
}

async function bindSocket(calls: DatagramCalls, path: string): Promise<number> {
  const fd = calls.open(path);
  if (fd instanceof DatagramError) throw fd;
  try {
    const refused = calls.bind(fd, path);
    if (refused !== undefined) throw refused;
    await chmod(path, 0o600);
    return fd;
  } catch (error) {
    calls.close(fd);
    throw error;
  }
}

async function loadCalls(path: string): Promise<DatagramCalls> {
  try {
    return await loadDatagramCalls();
  } catch (error) {
    const advice = `koffi cannot be loaded (${messageOf(error)}); port states and offsets of ptp4l are off, processes run on`;
    throw new DatagramError({ code: "ENOSYS", errno: 0, syscall: "socket", path }, advice, error);
  }
}

/** Makes room for the socket: a file left by a killed process goes, anything else stays and is told. */
async function removeStale(calls: DatagramCalls, path: string): Promise<void> {
  const found = await lstat(path).catch(ignoreAbsent);
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new DatagramError({ code: "EEXIST", errno: 0, syscall: "bind", path }, "not a socket; remove it");
  }
  const probe = calls.open(path);
  if (probe instanceof DatagramError) throw probe;
  const unreachable = calls.connect(probe, path);
  calls.close(probe);
  if (unreachable === undefined) {
    const advice = "another process holds this socket; is a second agent running?";
    throw new DatagramError({ code: "EADDRINUSE", errno: 0, syscall: "bind", path }, advice);
  }
  await unlink(path).catch(ignoreAbsent);
}

interface Receiving {
  readonly calls: DatagramCalls;
  readonly socket: OpenSocket;
  readonly options: DatagramOptions;
}

/** Hands on what is there. The receiver may close the port in the middle of it: then the descriptor is no longer ours. */
function receiveBatch({ calls, socket, options }: Receiving, atMost: number): DatagramError | undefined {
  for (let taken = 0; taken < atMost && socket.open; taken++) {
    const datagram = calls.receive(socket.fd, options.path);
    if (datagram === undefined || datagram instanceof DatagramError) return datagram;
    options.onDatagram(datagram.bytes, datagram.fromPath);
  }
  return undefined;
}

function ignoreAbsent(error: unknown): undefined {
  if (errnoCode(error) === "ENOENT") return undefined;
  throw error;
}
