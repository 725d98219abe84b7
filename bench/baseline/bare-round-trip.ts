import { rmSync } from "node:fs";
import koffi from "koffi";
import { encodeUnixAddress } from "../../packages/agent/src/host/unix-address.ts";

/** Sends bytes to a unix datagram socket and takes the next datagram: nothing else, no event loop. */
export interface BareRoundTrip extends Disposable {
  /** Bytes of the answer; throws when none comes within a second. */
  ask(bytes: Uint8Array): Uint8Array;
}

const afUnix = 1;
const sockDgram = 2;
const solSocket = 1;
const soRcvTimeo = 20;

/** The floor under every question: two system calls of which the second waits. `ownPath` must mean the same file to the peer. */
export function openBareRoundTrip(socketPath: string, ownPath: string): BareRoundTrip {
  const libc = koffi.load(null);
  const call = (prototype: string): ((...args: unknown[]) => number) => libc.func(prototype);
  const [sendto, recv] = [
    call("long sendto(int, const void *, unsigned long, int, const void *, uint32_t)"),
    call("long recv(int, void *, unsigned long, int)"),
  ];
  const [own, peer] = [encodeUnixAddress(ownPath), encodeUnixAddress(socketPath)];
  if (own === undefined || peer === undefined) throw new Error(`${ownPath}, ${socketPath}: too long for a socket`);
  rmSync(ownPath, { force: true });
  const fd = call("int socket(int, int, int)")(afUnix, sockDgram, 0);
  const isBound = call("int bind(int, const void *, uint32_t)")(fd, own, own.length) === 0;
  const second = BigInt64Array.of(1n, 0n);
  call("int setsockopt(int, int, int, const void *, uint32_t)")(fd, solSocket, soRcvTimeo, second, 16);
  if (!isBound) throw new Error(`${ownPath}: cannot be bound`);
  const buffer = new Uint8Array(2_048);
  return {
    ask: (bytes) => {
      const sent = sendto(fd, bytes, bytes.length, 0, peer, peer.length);
      const length = sent === bytes.length ? recv(fd, buffer, buffer.length, 0) : -1;
      if (length < 0) throw new Error(`${socketPath} did not answer (errno ${koffi.errno()})`);
      return buffer.subarray(0, length);
    },
    [Symbol.dispose]: () => {
      call("int close(int)")(fd);
      rmSync(ownPath, { force: true });
    },
  };
}
