import { AppError } from "@ptp/kit";

/** One bound datagram socket in the file system (AF_UNIX, SOCK_DGRAM). Serves any number of peers. */
export interface DatagramPort {
  /**
   * Sends one datagram to the socket at `path`, without waiting. Returns the error if it could not be handed over:
   * a peer that is not there or does not read is no reason to throw.
   */
  sendTo(bytes: Uint8Array, path: string): DatagramError | undefined;
  /**
   * Receives from the socket that is now at `path` and from no other, until the next call; to be called again when another
   * has taken its place. What that peer sends is then bounded by its own send buffer (hundreds of datagrams), no longer by
   * the length of our queue (about ten), at which it would have to wait for us.
   */
  attach(path: string): DatagramError | undefined;
  /**
   * Stands still until a datagram comes, at most so long, and hands it on; false: none came. For an answer that is expected
   * at once: it saves the turn of the event loop, which takes longer than the answer.
   */
  receiveWithin(limitUs: number): boolean;
  /** Ends receiving and removes the socket's file. Further calls do nothing. */
  close(): Promise<void>;
}

/** Where to bind, and who is told. */
export interface DatagramOptions {
  /**
   * Path of the own socket. A socket that nobody holds any more is replaced; one in use, or another kind of file, is
   * refused. Peers answer to this path, so it must mean the same file to them.
   */
  readonly path: string;
  /** Takes a datagram and the path its sender is bound to; empty if it is bound to none. `bytes` are others after it returns. */
  readonly onDatagram: (bytes: Uint8Array, fromPath: string) => void;
  /** The socket can receive no more; close it and open another. */
  readonly onFailure: (error: DatagramError) => void;
}

/** Opens a datagram socket. Rejects with a DatagramError if it cannot. */
export type OpenDatagramPort = (options: DatagramOptions) => Promise<DatagramPort>;

/** The peer is not there yet, or does not read fast enough: worth another try. */
const transientCodes: ReadonlySet<string> = new Set(["ENOENT", "ECONNREFUSED", "EAGAIN", "ENOBUFS", "EINTR"]);

/** What the operating system said to a call on a datagram socket. */
export class DatagramError extends AppError {
  /** Name of the errno, such as `ECONNREFUSED`; `ENOSYS` if there is no way to call the operating system at all. */
  readonly code: string;
  /** Number of the errno; 0 if it did not come from the operating system. */
  readonly errno: number;
  /** The call that failed. */
  readonly syscall: string;
  /** The socket concerned: the peer's when sending, else the own. */
  readonly path: string;

  constructor(failure: Pick<DatagramError, "code" | "errno" | "syscall" | "path">, advice = "", cause?: unknown) {
    const { code, errno, syscall, path } = failure;
    const kind = transientCodes.has(code) ? "transient" : "invalid";
    super(kind, `${syscall} ${path}: ${code}${advice === "" ? "" : `: ${advice}`}`, { cause });
    this.name = "DatagramError";
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
    this.path = path;
  }
}
