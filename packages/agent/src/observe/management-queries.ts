import type { Ptp4lInstance } from "@ptp/plan";
import { managementTable, type ManagementBodies, type ManagementId, type SettableId } from "@ptp/ptp";
import { createAnswerBudget, type AnswerBudget } from "./answer-budget.ts";
import { keepManagementClient, type KeptClientOptions } from "./keep-management-client.ts";
import type { ManagementClient, ManagementOutcome } from "./management-client.ts";
import type { ManagementQuery } from "./ptp4l-round.ts";

/** What queries need. */
export interface ManagementQueriesOptions extends KeptClientOptions {
  /** Hears how long a ptp4l took to answer; undefined: it did not. */
  readonly onAnswer?: (instance: Ptp4lInstance, seconds: number | undefined) => void;
}

/** Questions to any ptp4l of this node, over one socket that is opened again when it fails. */
export interface ManagementQueries {
  readonly query: ManagementQuery;
  /** Asks the clock, or its first port, once, for those who must tell a refusal from silence; undefined: nothing can be asked now. */
  get<K extends ManagementId>(instance: Ptp4lInstance, id: K): Promise<ManagementOutcome<K> | undefined>;
  /** Writes to the clock; undefined: nothing can be written now. */
  set<K extends SettableId>(
    instance: Ptp4lInstance,
    id: K,
    data: ManagementBodies[K],
  ): Promise<ManagementOutcome<K> | undefined>;
  /** Why nothing can be asked, for people; undefined while all is well. */
  readonly notice: () => string | undefined;
  readonly stop: () => Promise<void>;
}

/** Creates the queries; the socket is opened by the first. */
export function createManagementQueries(options: ManagementQueriesOptions): ManagementQueries {
  const kept = keepManagementClient(options);
  const budget = createAnswerBudget(answersUnderway);
  const timed: Timed = async (instance, send) => {
    const client = await kept.client();
    if (client === undefined) return undefined;
    const startMs = options.monotonicMs();
    const outcome = await send(client);
    tellAnswer(options, instance, outcome, (options.monotonicMs() - startMs) / 1_000);
    return outcome;
  };
  return {
    query: (instance, id, ports = 1) => askPorts({ timed, budget }, instance, { id, ports }),
    get: (instance, id) => inBudget(budget, 1, () => timed(instance, (client) => client.get(instance, id, one(id)))),
    set: (instance, id, data) =>
      inBudget(budget, 1, () => timed(instance, (client) => client.set(instance, id, data, one(id)))),
    notice: kept.notice,
    stop: kept.stop,
  };
}

/** Answers that may be on their way at once: less than the smallest queue the kernel gives a datagram socket (10). */
const answersUnderway = 8;

/** One answer: where every port answers for itself, the first port's. */
function one(id: ManagementId) {
  return managementTable[id].perPort ? { replies: 1, portNumber: 1 } : { replies: 1 };
}

/** Sends a request over the open socket and takes its time. */
type Timed = <K extends ManagementId>(
  instance: Ptp4lInstance,
  send: (client: ManagementClient) => Promise<ManagementOutcome<K>>,
) => Promise<ManagementOutcome<K> | undefined>;

function tellAnswer(
  { onAnswer }: ManagementQueriesOptions,
  instance: Ptp4lInstance,
  { kind }: ManagementOutcome<ManagementId>,
  seconds: number,
): void {
  if (kind === "replies" || kind === "refused" || kind === "unsupported") onAnswer?.(instance, seconds);
  else if (kind === "timeout" || kind === "unreachable") onAnswer?.(instance, undefined);
}

async function inBudget<T>(budget: AnswerBudget, replies: number, ask: () => Promise<T>): Promise<T> {
  const release = await budget.take(replies);
  try {
    return await ask();
  } finally {
    release();
  }
}

interface Asked {
  readonly timed: Timed;
  readonly budget: AnswerBudget;
}

/** More ports than may answer at once are asked one by one. */
async function askPorts<K extends ManagementId>(
  asked: Asked,
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
  { timed, budget }: Asked,
  instance: Ptp4lInstance,
  { id, ...limits }: { readonly id: K; readonly replies: number; readonly portNumber?: number },
): Promise<readonly ManagementBodies[K][] | undefined> {
  const ask = () => timed(instance, (client) => client.get(instance, id, limits));
  const outcome = await inBudget(budget, limits.replies, ask);
  return outcome && bodiesOf(outcome);
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
