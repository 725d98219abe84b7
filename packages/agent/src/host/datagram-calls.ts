import { getSystemErrorName } from "node:util";
import type { LibraryHandle } from "koffi";
import { DatagramError } from "./datagram-port.ts";
import { decodeUnixAddress, encodeUnixAddress, unixAddressBytes } from "./unix-address.ts";

/** The system calls of a datagram socket, in our terms. Each returns its result or the error; none throws, and none but `waitReadable` waits. */
export interface DatagramCalls {
  /** Waits for a datagram, at most `limitUs` microseconds; the one call that does. False: none came. */
  readonly waitReadable: (fd: number, limitUs: number) => boolean;
  readonly open: (path: string) => number | DatagramError;
  readonly bind: (fd: number, path: string) => DatagramError | undefined;
  /** Tries to reach the socket at `path`: ECONNREFUSED if nobody holds it. */
  readonly connect: (fd: number, path: string) => DatagramError | undefined;
  readonly send: (fd: number, bytes: Uint8Array, path: string) => DatagramError | undefined;
  /** One datagram, undefined if there is none, or the error. A datagram larger than the buffer is empty. */
  readonly receive: (fd: number, ownPath: string) => ReceivedDatagram | DatagramError | undefined;
  readonly close: (fd: number) => void;
  /**
   * Calls back when the socket can be read, from the event loop, without keeping the process alive; returns the end. The end
   * must be kept: koffi stops watching when its handle is collected as garbage. It must be called before the process exits:
   * a wake-up while Node tears down would abort it.
   */
  readonly watch: (fd: number, onReadable: () => void) => () => void;
}

/** A datagram and its sender's path. */
export interface ReceivedDatagram {
  /** Overwritten by the next. */
  readonly bytes: Uint8Array;
  readonly fromPath: string;
}

/** Numbers of the Linux kernel interface, the same on every architecture Node has prebuilt binaries for. */
const linux = {
  afUnix: 1,
  sockDgram: 2,
  sockNonblock: 0o4000,
  sockCloexec: 0o2000000,
  msgTrunc: 0x20,
  msgDontwait: 0x40,
  msgNosignal: 0x4000,
  pollIn: 1,
  eintr: 4,
  eagain: 11,
} as const;

/** Larger than any datagram ptp4l sends (its message buffer has 1500 bytes). */
const receiveBytes = 4096;

type Koffi = typeof import("koffi").default;
type Call = (...args: unknown[]) => number | bigint;

/** Binds the calls to the C library. Throws if koffi cannot be loaded. */
export async function loadDatagramCalls(): Promise<DatagramCalls> {
  const { default: koffi } = await import("koffi");
  const libc = koffi.load(null);
  const calls = bindLibc(libc);
  const failed = (syscall: string, path: string): DatagramError => {
    const errno = koffi.errno();
    return new DatagramError({ code: getSystemErrorName(-errno), errno, syscall, path });
  };
  const addressed = createAddressed(failed);
  return {
    open: (path) => {
      const fd = Number(calls.socket(linux.afUnix, linux.sockDgram | linux.sockNonblock | linux.sockCloexec, 0));
      return fd < 0 ? failed("socket", path) : fd;
    },
    bind: (fd, path) => addressed(path, "bind", (at) => calls.bind(fd, at, at.length)),
    connect: (fd, path) => addressed(path, "connect", (at) => calls.connect(fd, at, at.length)),
    send: (fd, bytes, path) =>
      addressed(path, "sendto", (at) =>
        calls.sendto(fd, bytes, bytes.length, linux.msgDontwait | linux.msgNosignal, at, at.length),
      ),
    receive: createReceive(koffi, calls, failed),
    close: (fd) => void calls.close(fd),
    waitReadable: createWait(calls),
    watch: (fd, onReadable) => watchReadable(koffi, fd, onReadable),
  };
}

type Libc = ReturnType<typeof bindLibc>;

/** The buffers are used again and again: whoever keeps what was received copies it. */
function createReceive(
  koffi: Koffi,
  calls: Libc,
  failed: (syscall: string, path: string) => DatagramError,
): DatagramCalls["receive"] {
  const [data, address, addressLength] = [
    new Uint8Array(receiveBytes),
    new Uint8Array(unixAddressBytes),
    new Uint32Array(1),
  ];
  const flags = linux.msgDontwait | linux.msgTrunc;
  const pathOf = rememberPath(address);
  return (fd, ownPath) => {
    addressLength[0] = unixAddressBytes;
    const length = Number(calls.recvfrom(fd, data, data.length, flags, address, addressLength));
    // Every batch ends so: an error object, whose stack is taken, would cost more than the call.
    if (length < 0) return isEmptied(koffi.errno()) ? undefined : failed("recvfrom", ownPath);
    const bytes = data.subarray(0, length > data.length ? 0 : length);
    return { bytes, fromPath: pathOf(addressLength[0] ?? 0) };
  };
}

/** Many datagrams come from one sender: its path is read once. */
function rememberPath(address: Uint8Array): (length: number) => string {
  let known = new Uint8Array();
  let path = "";
  return (length) => {
    const text = address.subarray(0, Math.min(length, address.length));
    if (Buffer.compare(text, known) === 0) return path;
    known = text.slice();
    path = decodeUnixAddress(address, length);
    return path;
  };
}

function createWait(calls: Libc): DatagramCalls["waitReadable"] {
  // struct pollfd: a descriptor, then events and revents of 16 bits each; and struct timespec.
  const descriptor = new Int32Array(2);
  const events = new Int16Array(descriptor.buffer, 4, 1);
  const timeout = new BigInt64Array(2);
  return (fd, limitUs) => {
    descriptor[0] = fd;
    events[0] = linux.pollIn;
    timeout[1] = BigInt(limitUs * 1_000);
    return Number(calls.ppoll(descriptor, 1, timeout, null)) > 0;
  };
}

function watchReadable(koffi: Koffi, fd: number, onReadable: () => void): () => void {
  const { schedule, cancel } = createTurn(onReadable);
  const handle = koffi.node.poll(fd, { readable: true }, schedule);
  handle.unref();
  return () => {
    cancel();
    handle.close();
  };
}

/**
 * koffi calls back from bare libuv: no promise would go on after it, and a throw would abort the process. So the work is done
 * in a turn of the event loop's own, which follows at once.
 */
function createTurn(work: () => void): { readonly schedule: () => void; readonly cancel: () => void } {
  let turn: NodeJS.Immediate | undefined;
  return {
    schedule: () => {
      turn ??= setImmediate(() => {
        turn = undefined;
        work();
      });
    },
    cancel: () => clearImmediate(turn),
  };
}

/** Nothing to read, or interrupted, is no error. */
function isEmptied(errno: number): boolean {
  return errno === linux.eagain || errno === linux.eintr;
}

const maxAddresses = 64;

type AddressedCall = (
  path: string,
  syscall: string,
  call: (address: Uint8Array) => number | bigint,
) => DatagramError | undefined;

/** Makes calls with an address; those of the peers last spoken to are kept, of which a node has a handful. */
function createAddressed(failed: (syscall: string, path: string) => DatagramError): AddressedCall {
  const addressByPath = new Map<string, Uint8Array>();
  return (path, syscall, call) => {
    const address = addressByPath.get(path) ?? encodeUnixAddress(path);
    if (address === undefined) {
      const code = path === "" ? "EINVAL" : "ENAMETOOLONG";
      return new DatagramError({ code, errno: 0, syscall, path }, "a socket path has 1 to 107 bytes");
    }
    if (addressByPath.size >= maxAddresses) addressByPath.clear();
    addressByPath.set(path, address);
    return Number(call(address)) < 0 ? failed(syscall, path) : undefined;
  };
}

function bindLibc(libc: LibraryHandle) {
  const bound = (prototype: string): Call => libc.func(prototype);
  return {
    socket: bound("int socket(int, int, int)"),
    bind: bound("int bind(int, const void *, uint32_t)"),
    connect: bound("int connect(int, const void *, uint32_t)"),
    sendto: bound("int64_t sendto(int, const void *, uint64_t, int, const void *, uint32_t)"),
    recvfrom: bound("int64_t recvfrom(int, void *, uint64_t, int, void *, void *)"),
    ppoll: bound("int ppoll(void *, uint64_t, const void *, const void *)"),
    close: bound("int close(int)"),
  };
}
