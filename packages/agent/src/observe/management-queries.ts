import { createBackoff, messageOf, type Logger } from "@ptp/kit";
import type { Ptp4lInstance } from "@ptp/plan";
import {
  managementTable,
  parsePortIdentity,
  type ManagementBodies,
  type ManagementId,
  type PortIdentity,
} from "@ptp/ptp";
import { DatagramError, type OpenDatagramPort } from "../host/datagram-port.ts";
import { createManagementClient, type ManagementClient, type ManagementOutcome } from "./management-client.ts";
import type { ManagementQuery } from "./ptp4l-watch.ts";

/** What queries need. */
export interface ManagementQueriesOptions {
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

/** Questions to any ptp4l of this node, over one socket that is opened again when it fails. */
export interface ManagementQueries {
  readonly query: ManagementQuery;
  /** Why nothing can be asked, for people; undefined while all is well. */
  notice(): string | undefined;
  stop(): Promise<void>;
}

/** Creates the queries; the socket is opened by the first. */
export function createManagementQueries(options: ManagementQueriesOptions): ManagementQueries {
  const backoff = createBackoff({ initialMs: 200, maxMs: 5_000, random: options.random });
  let opening: Promise<ManagementClient | undefined> | undefined;
  let retryAtMs = 0;
  let trouble: string | undefined;
  const fail = (error: unknown): undefined => {
    opening = undefined;
    retryAtMs = options.monotonicMs() + backoff.next();
    const said = describeTrouble(error);
    if (said !== trouble) options.log.error("ptp4l cannot be asked for its state", { error: said });
    trouble = said;
    return undefined;
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
  const client = (): Promise<ManagementClient | undefined> => {
    if (opening === undefined && options.monotonicMs() < retryAtMs) return Promise.resolve(undefined);
    opening ??= open();
    return opening;
  };
  return {
    query: async (instance, id) => {
      const asked = await client();
      return asked === undefined ? undefined : await askInstance(asked, instance, id);
    },
    notice: () => trouble,
    stop: async () => {
      await (await opening)?.close();
      opening = undefined;
    },
  };
}

function own({ clientNumber }: ManagementQueriesOptions): PortIdentity {
  const identity = parsePortIdentity(`000000.0000.000000-${clientNumber & 0xffff}`);
  if (identity === undefined) throw new RangeError(`${clientNumber} is no client number`);
  return identity;
}

async function askInstance<K extends ManagementId>(
  client: ManagementClient,
  instance: Ptp4lInstance,
  id: K,
): Promise<readonly ManagementBodies[K][] | undefined> {
  const ports = instance.interfaces.length;
  const replies = managementTable[id].perPort && ports > 0 ? { replies: ports } : {};
  return bodiesOf(await client.get(instance, id, replies));
}

function bodiesOf<K extends ManagementId>(outcome: ManagementOutcome<K>): readonly ManagementBodies[K][] | undefined {
  switch (outcome.kind) {
    case "replies":
      return outcome.replies.map(({ body }) => body);
    case "unsupported":
    case "refused":
      return [];
    case "unreachable":
    case "timeout":
    case "busy":
    case "ended":
      return undefined;
  }
}

function describeTrouble(error: unknown): string {
  const off = error instanceof DatagramError && error.code === "ENOSYS";
  return off ? `clock states are off: ${error.message}` : messageOf(error);
}
