import { createBackoff, messageOf, type Logger } from "@ptp/kit";
import { parsePortIdentity, type PortIdentity } from "@ptp/ptp";
import { DatagramError, type OpenDatagramPort } from "../host/datagram-port.ts";
import { createManagementClient, type ManagementClient } from "./management-client.ts";

/** What a client that is opened again needs. */
export interface KeptClientOptions {
  /** Path of the agent's own socket. */
  readonly path: string;
  readonly openPort: OpenDatagramPort;
  /** Tells this agent from other clients of the same ptp4l; its process id will do. */
  readonly clientNumber: number;
  /** Milliseconds of a monotonic clock. */
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly log: Logger;
}

/** A client whose socket is opened again when it fails. */
export interface KeptClient {
  /** Undefined while it cannot be opened, and after `stop`. */
  client(): Promise<ManagementClient | undefined>;
  /** Why nothing can be asked, for people; undefined while all is well. */
  readonly notice: () => string | undefined;
  readonly stop: () => Promise<void>;
}

/** Keeps a client; its socket is opened when it is first wanted. */
export function keepManagementClient(options: KeptClientOptions): KeptClient {
  const backoff = createBackoff({ initialMs: 200, maxMs: 5_000, random: options.random });
  let opening: Promise<ManagementClient | undefined> | undefined;
  let retryAtMs = 0;
  let isOver = false;
  let trouble: string | undefined;
  const fail = (error: unknown): undefined => {
    opening = undefined;
    retryAtMs = options.monotonicMs() + backoff.next();
    trouble = tellTrouble(error, trouble, options.log);
  };
  const open = async (): Promise<ManagementClient | undefined> => {
    try {
      const client = await createManagementClient({ ...options, sourcePortIdentity: own(options), onFailure: fail });
      trouble = undefined;
      backoff.reset();
      return client;
    } catch (error) {
      return fail(error);
    }
  };
  return {
    client: () => {
      if (isOver || (opening === undefined && options.monotonicMs() < retryAtMs)) return Promise.resolve(undefined);
      opening ??= open();
      return opening;
    },
    notice: () => trouble,
    stop: async () => {
      isOver = true;
      await (await opening)?.close();
      opening = undefined;
    },
  };
}

function own({ clientNumber }: KeptClientOptions): PortIdentity {
  const identity = parsePortIdentity(`000000.0000.000000-${clientNumber & 0xffff}`);
  if (identity === undefined) throw new RangeError(`${clientNumber} is no client number`);
  return identity;
}

/** Logs what is wrong unless that was said before; returns it. */
function tellTrouble(error: unknown, before: string | undefined, log: Logger): string {
  const off = error instanceof DatagramError && error.code === "ENOSYS";
  const said = off ? `clock states are off: ${error.message}` : messageOf(error);
  if (said !== before) log.error("ptp4l cannot be asked for its state", { error: said });
  return said;
}
