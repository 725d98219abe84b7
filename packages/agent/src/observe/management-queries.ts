import { createBackoff, messageOf, type Logger } from "@ptp/kit";
import type { Ptp4lInstance } from "@ptp/plan";
import { parsePortIdentity, type ManagementBodies, type ManagementId, type PortIdentity } from "@ptp/ptp";
import { DatagramError, type OpenDatagramPort } from "../host/datagram-port.ts";
import { createAnswerBudget, type AnswerBudget } from "./answer-budget.ts";
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
  const budget = createAnswerBudget(answersUnderway);
  let opening: Promise<ManagementClient | undefined> | undefined;
  let retryAtMs = 0;
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
  const client = (): Promise<ManagementClient | undefined> => {
    if (opening === undefined && options.monotonicMs() < retryAtMs) return Promise.resolve(undefined);
    opening ??= open();
    return opening;
  };
  return {
    query: async (instance, id, ports = 1) => {
      const asked = await client();
      return asked && (await askPorts({ client: asked, budget }, instance, { id, ports }));
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

/** Answers that may be on their way at once: less than the smallest queue the kernel gives a datagram socket (10). */
const answersUnderway = 8;

/** More ports than may answer at once are asked one by one. */
async function askPorts<K extends ManagementId>(
  asked: { readonly client: ManagementClient; readonly budget: AnswerBudget },
  instance: Ptp4lInstance,
  { id, ports }: { readonly id: K; readonly ports: number },
): Promise<readonly ManagementBodies[K][] | undefined> {
  if (ports <= answersUnderway) return await getBodies(asked, instance, { id, replies: ports });
  const bodies: ManagementBodies[K][] = [];
  for (let portNumber = 1; portNumber <= ports; portNumber += 1) {
    const answer = await getBodies(asked, instance, { id, replies: 1, portNumber });
    if (answer === undefined) return undefined;
    bodies.push(...answer);
  }
  return bodies;
}

async function getBodies<K extends ManagementId>(
  { client, budget }: { readonly client: ManagementClient; readonly budget: AnswerBudget },
  instance: Ptp4lInstance,
  { id, ...limits }: { readonly id: K; readonly replies: number; readonly portNumber?: number },
): Promise<readonly ManagementBodies[K][] | undefined> {
  const release = await budget.take(limits.replies);
  try {
    return bodiesOf(await client.get(instance, id, limits));
  } finally {
    release();
  }
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

/** Logs what is wrong unless that was said before; returns it. */
function tellTrouble(error: unknown, before: string | undefined, log: Logger): string {
  const off = error instanceof DatagramError && error.code === "ENOSYS";
  const said = off ? `clock states are off: ${error.message}` : messageOf(error);
  if (said !== before) log.error("ptp4l cannot be asked for its state", { error: said });
  return said;
}
