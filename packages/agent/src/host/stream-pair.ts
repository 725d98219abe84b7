/** Two connected ends of a stream socket, as descriptors of this process. Each is closed by whoever it is given to. */
export interface StreamPair {
  readonly ours: number;
  /** Blocks whoever writes to it while nobody reads, as a pipe does. No program inherits it unless it is handed to it. */
  readonly theirs: number;
}

/** Opens a pair; undefined where none can be had. Never rejects. */
export type OpenStreamPair = () => Promise<StreamPair | undefined>;

/** Numbers of the Linux kernel interface. */
const linux = { afUnix: 1, sockStream: 1, sockCloexec: 0o2000000 } as const;

/** Pairs on Linux; koffi is loaded by the first. None without it, or without descriptors. */
export function createLinuxStreamPairs(): OpenStreamPair {
  let loaded: ReturnType<typeof loadSocketpair> | undefined;
  return async () => {
    loaded ??= loadSocketpair();
    const socketpair = await loaded;
    const ends = new Int32Array(2);
    const result = socketpair?.(linux.afUnix, linux.sockStream | linux.sockCloexec, 0, ends);
    const [ours, theirs] = ends;
    return result === 0 && ours !== undefined && theirs !== undefined ? { ours, theirs } : undefined;
  };
}

type Socketpair = (family: number, type: number, protocol: number, ends: Int32Array) => number;

async function loadSocketpair(): Promise<Socketpair | undefined> {
  try {
    const { default: koffi } = await import("koffi");
    return koffi.load(null).func("int socketpair(int, int, int, void *)");
  } catch {
    return undefined;
  }
}
