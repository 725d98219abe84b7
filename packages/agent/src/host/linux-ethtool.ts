import { driverQuestion, fecQuestion, timestampingQuestion, type EthtoolQuestion } from "./ethtool-messages.ts";
import type { EthtoolPort } from "./ethtool-port.ts";

/** Numbers of the Linux kernel interface, the same on every architecture Node has prebuilt binaries for. */
const linux = { afUnix: 1, sockDgram: 2, sockCloexec: 0o2000000, siocEthtool: 0x8946, interfaceNameBytes: 16 } as const;

/** What `struct ifreq` has behind the pointer, generously: the kernel copies no more than its own size. */
const restBytes = 24;

/** Lets the kernel answer into the request; false if it does not. */
type Ask = (interfaceName: string, request: Uint8Array<ArrayBuffer>) => Promise<boolean>;

/**
 * Asks Linux by ioctl. koffi is loaded with the first question; without it nothing is told. A question waits in a thread:
 * the kernel answers under a lock that a driver may hold for long. No capability is needed.
 */
export function createLinuxEthtool(): EthtoolPort {
  let loading: Promise<Ask | undefined> | undefined;
  const ask = async <T>(interfaceName: string, question: EthtoolQuestion<T>): Promise<T | undefined> => {
    loading ??= loadAsk().catch(() => undefined);
    const request = question.request();
    const answered = await (await loading)?.(interfaceName, request);
    return answered === true ? question.read(request) : undefined;
  };
  return {
    timestamping: (interfaceName) => ask(interfaceName, timestampingQuestion),
    driver: (interfaceName) => ask(interfaceName, driverQuestion),
    fec: (interfaceName) => ask(interfaceName, fecQuestion),
  };
}

/** Binds the calls to the C library. Rejects if koffi cannot be loaded. */
async function loadAsk(): Promise<Ask> {
  const { default: koffi } = await import("koffi");
  const libc = koffi.load(null);
  const name = koffi.array("uint8_t", linux.interfaceNameBytes);
  const ifreq = koffi.struct({ name, data: "void *", rest: koffi.array("uint8_t", restBytes) });
  const socket = libc.func("int socket(int, int, int)");
  const close = libc.func("int close(int)");
  const ioctl = libc.func("ioctl", "int", ["int", "uint64_t", koffi.pointer(ifreq)]);
  return async (interfaceName, request) => {
    const name = encodeName(interfaceName);
    if (name === undefined) return false;
    const fd = Number(socket(linux.afUnix, linux.sockDgram | linux.sockCloexec, 0));
    if (fd < 0) return false;
    const argument = { name, data: request, rest: new Uint8Array(restBytes) };
    try {
      return await new Promise<boolean>((resolve) =>
        ioctl.async(fd, linux.siocEthtool, argument, (error: unknown, result: unknown) =>
          resolve(error === null && result === 0),
        ),
      );
    } finally {
      close(fd);
    }
  };
}

/** Undefined for what cannot be a name: the kernel would read on, or stop early. */
function encodeName(interfaceName: string): Uint8Array | undefined {
  const bytes = new TextEncoder().encode(interfaceName);
  if (bytes.length === 0 || bytes.length >= linux.interfaceNameBytes || bytes.includes(0)) return undefined;
  const padded = new Uint8Array(linux.interfaceNameBytes);
  padded.set(bytes);
  return padded;
}
